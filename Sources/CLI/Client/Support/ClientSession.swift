import ArgumentParser
import Glibc

/// Which server is spoken to, and as whom: kept between commands in two files that only their owner can read.
///
/// The directory is `BERTH_CONFIG_DIR`, else `$XDG_CONFIG_HOME/berth`, else `~/.config/berth`.
enum ClientSession {
    static var directory: String {
        if let directory = variable("BERTH_CONFIG_DIR") { return directory }
        if let base = variable("XDG_CONFIG_HOME") { return base + "/berth" }
        return (variable("HOME") ?? ".") + "/.config/berth"
    }

    static var url: String? { read("url") }
    static var token: String? { read("session") }

    /// - Throws: `ValidationError` if it cannot be kept.
    static func store(url: String, token: String) throws {
        try write("url", url)
        try write("session", token)
    }

    static func forget() throws {
        for name in ["session", "url"] where unlink("\(directory)/\(name)") != 0 && errno != ENOENT {
            throw ValidationError("cannot remove \(directory)/\(name): \(String(cString: strerror(errno)))")
        }
    }

    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func read(_ name: String) -> String? {
        guard let file = fopen("\(directory)/\(name)", "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self).trimming("\n")
        return text.isEmpty ? nil : text
    }

    /// A whole new file takes the place of the old one.
    private static func write(_ name: String, _ text: String) throws {
        func fail(_ what: String) -> ValidationError {
            ValidationError("cannot \(what): \(String(cString: strerror(errno))); set BERTH_CONFIG_DIR to a directory of yours")
        }
        var path = ""
        for part in directory.split(separator: "/") {
            path += (path.isEmpty && !directory.hasPrefix("/") ? "" : "/") + part
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw fail("make \(path)") }
        }
        let new = "\(directory)/.\(name).\(getpid())"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw fail("write \(new)") }
        let bytes = Array((text + "\n").utf8)
        let count = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
        guard count == bytes.count, rename(new, "\(directory)/\(name)") == 0 else { throw fail("write \(directory)/\(name)") }
    }
}
