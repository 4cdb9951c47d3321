import DockerEngine
import Glibc
import HCL
import NIOCore
import ProviderKit
import Threads

/// The files that a build may use.
enum BuildContext {
    /// The most that all files may have together.
    static let sizeMax = 1 << 30
    private static let depthMax = 100

    /// A tar archive of a directory, without what its `.dockerignore` names.
    static func archive(_ directory: String, dockerfile: String) async throws -> ByteBuffer {
        try await OwnThread.run("docker context") {
            var status = stat()
            guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw ProviderError("Invalid build context", "\(directory.goQuoted) is no directory.", at: .attribute("build"))
            }
            let text = try HostFile.readNow(directory + "/.dockerignore").map { String(decoding: $0, as: UTF8.self) } ?? ""
            var walk = Walk(directory: directory, rules: IgnoreRules(text), always: [dockerfile, ".dockerignore"])
            try walk.add("", depth: 0)
            return walk.archive.finished()
        }
    }

    private struct Walk {
        let directory: String
        let rules: IgnoreRules
        /// What the engine itself needs.
        let always: Set<String>
        var archive = TarArchive()

        mutating func add(_ relative: String, depth: Int) throws {
            guard depth < depthMax else { throw failure(relative, "is nested too deeply") }
            for name in try names(relative) {
                let path = relative.isEmpty ? name : "\(relative)/\(name)"
                let isIgnored = rules.ignores(path) && !always.contains(path)
                var status = stat()
                guard lstat("\(directory)/\(path)", &status) == 0 else { throw failure(path, String(cString: strerror(errno))) }
                switch status.st_mode & S_IFMT {
                case S_IFDIR:
                    // An exception may bring back something inside.
                    if isIgnored, !rules.hasExceptions, !always.contains(where: { $0.hasPrefix(path + "/") }) { continue }
                    if !isIgnored { archive.addDirectory(path, mode: Int(status.st_mode & 0o7777)) }
                    try add(path, depth: depth + 1)
                case S_IFREG where !isIgnored:
                    guard let bytes = try HostFile.readNow("\(directory)/\(path)") else { continue }
                    archive.addFile(path, mode: Int(status.st_mode & 0o7777), bytes)
                case S_IFLNK where !isIgnored: archive.addLink(path, to: try target(path))
                default: continue
                }
                guard archive.size <= sizeMax else {
                    throw ProviderError(
                        "Build context too large",
                        "The files in \(directory.goQuoted) have more than \(sizeMax >> 20) MiB: name what is not needed in .dockerignore.",
                        at: .attribute("build"))
                }
            }
        }

        private func failure(_ path: String, _ reason: String) -> ProviderError {
            ProviderError("Unable to read the build context", "\(directory)/\(path): \(reason)", at: .attribute("build"))
        }

        private func names(_ relative: String) throws -> [String] {
            guard let stream = opendir("\(directory)/\(relative)") else { throw failure(relative, String(cString: strerror(errno))) }
            defer { closedir(stream) }
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name != "." && name != ".." { names.append(name) }
            }
            return names.sorted()
        }

        private func target(_ path: String) throws -> String {
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.bindMemory(to: CChar.self).baseAddress.map { readlink("\(directory)/\(path)", $0, bytes.count) } ?? -1
            }
            guard count >= 0 else { throw failure(path, String(cString: strerror(errno))) }
            return String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }
}
