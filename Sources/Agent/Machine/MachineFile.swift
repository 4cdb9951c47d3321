import CShims
import Glibc

/// Files of the machine, as `/proc` and `/etc` have them.
package enum MachineFile {
    /// The text of a file, at most so much of it; nil if it cannot be read, with `errno` set.
    package static func text(_ path: String, sizeMax: Int = 1 << 20) -> String? {
        bytes(path, sizeMax: sizeMax).map { String(decoding: $0, as: UTF8.self) }
    }

    package static func bytes(_ path: String, sizeMax: Int) -> [UInt8]? {
        let descriptor = cshims_open_read(path)
        guard descriptor >= 0 else {
            errno = -descriptor
            return nil
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(64 << 10, sizeMax))
        while bytes.count < sizeMax {
            let count = read(descriptor, &buffer, min(buffer.count, sizeMax - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// The names in a directory; none if it cannot be read.
    static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
