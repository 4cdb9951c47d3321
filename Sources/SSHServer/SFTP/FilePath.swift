import Glibc
import NIOCore

/// A path as the system has it: bytes in no particular encoding, without NUL.
struct FilePath {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads one; empty means here.
    init(_ packet: inout ByteBuffer) throws {
        bytes = try packet.takeBytes()
        guard !bytes.contains(0) else { throw FileError(.badMessage, "a path contains a NUL character") }
    }

    private static let slash = UInt8(ascii: "/")

    func absolute(in home: String) -> FilePath {
        bytes.first == Self.slash ? self : FilePath(Array(home.utf8) + [Self.slash] + bytes)
    }

    func appending(_ name: [UInt8]) -> FilePath { FilePath(bytes + [Self.slash] + name) }

    func withC<T>(_ body: (UnsafePointer<CChar>) throws -> T) rethrows -> T {
        try (bytes + [0]).withUnsafeBytes { bytes in
            // Never empty: it ends with a NUL.
            try bytes.withMemoryRebound(to: CChar.self) { try body($0.baseAddress.unsafelyUnwrapped) }
        }
    }

    /// Without links, `.` and `..`; the last part need not exist.
    func resolved() throws(FileError) -> FilePath {
        if let whole = Self.real(self) { return whole }
        guard errno == ENOENT else { throw .last }
        var parts = bytes
        while parts.last == Self.slash { parts.removeLast() }
        guard let end = parts.lastIndex(of: Self.slash) else { throw FileError(.noSuchFile, "no such file or directory") }
        let name = Array(parts[(end + 1)...])
        let parent = FilePath(end == 0 ? [Self.slash] : Array(parts[..<end]))
        guard name != Array("..".utf8), let real = Self.real(parent) else { throw .last }
        return FilePath(real.bytes == [Self.slash] ? [Self.slash] + name : real.bytes + [Self.slash] + name)
    }

    private static func real(_ path: FilePath) -> FilePath? {
        guard let text = path.withC({ realpath($0, nil) }) else { return nil }
        defer { free(text) }
        return FilePath(Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
    }
}
