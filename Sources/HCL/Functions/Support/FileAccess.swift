internal import Glibc

/// Reads files on behalf of a configuration: regular ones only, of bounded size, and only those it may read.
struct FileAccess {
    static let sizeMax = 16 << 20

    /// What became of an attempt.
    enum Failure: Error {
        /// A system call failed.
        case system(Int32)
        /// The path leads out of the directory to which the configuration is confined.
        case outside
        case tooLarge
        /// Neither a file nor a directory.
        case special(mode_t)
    }

    private let base: String
    /// Without symbolic links; nil allows every path.
    private let roots: [String]?

    init(_ environment: FunctionEnvironment) {
        base = Self.resolved(environment.baseDirectory) ?? environment.baseDirectory
        roots = environment.allowedRoot.map { root in
            ([root] + environment.packages).map { Self.resolved($0) ?? FilePath.cleaned($0) }
        }
    }

    /// Where a path leads, from the base if it is relative.
    func location(_ path: String) -> String {
        FilePath.isAbsolute(path) ? FilePath.cleaned(path) : FilePath.joined(base, path)
    }

    /// The bytes of a file.
    func read(_ path: String) throws(Failure) -> [UInt8] {
        // Looked at before it is opened, since to open a device may already do something to it.
        let mode = try self.mode(path)
        guard mode & S_IFMT == S_IFREG || mode & S_IFMT == S_IFDIR else { throw .special(mode) }
        let file = open(location(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { throw .system(errno) }
        defer { close(file) }
        // And looked at again, since it may have been exchanged.
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw status.st_mode & S_IFMT == S_IFDIR ? .system(EISDIR) : .special(mode) }
        try check(Self.linkTarget("/proc/self/fd/\(file)") ?? location(path))
        guard Int(status.st_size) <= Self.sizeMax else { throw .tooLarge }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            if count == 0 { return result }
            result += buffer[..<count]
            guard result.count <= Self.sizeMax else { throw .tooLarge }
        }
    }

    /// What kind of thing is at a path, symbolic links followed.
    func mode(_ path: String) throws(Failure) -> mode_t {
        let location = location(path)
        guard let resolved = Self.resolved(location) else {
            let code = errno
            // Of what is not there, the path alone decides.
            try check(location)
            throw .system(code)
        }
        try check(resolved)
        var status = stat()
        guard stat(resolved, &status) == 0 else { throw .system(errno) }
        return status.st_mode
    }

    /// The names in a directory, in the order of their bytes; nil if it is none.
    func names(in path: String, limit: Int) throws(Failure) -> [String]? {
        guard let mode = try? mode(path) else {
            // What is not there or cannot be seen has no names; what is forbidden is an error.
            if let resolved = Self.resolved(location(path)) { try check(resolved) } else { try check(location(path)) }
            return nil
        }
        guard mode & S_IFMT == S_IFDIR, let directory = opendir(location(path)) else { return nil }
        defer { closedir(directory) }
        var result: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { result.append(name) }
            guard result.count <= limit else { throw .tooLarge }
        }
        return result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether something is at a path, be it a symbolic link that leads nowhere.
    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(location(path), &status) == 0
    }

    private func check(_ resolved: String) throws(Failure) {
        if let roots, !roots.contains(where: { FilePath.isInside(resolved, $0) }) { throw .outside }
    }

    /// An absolute path without symbolic links; nil, and `errno`, if there is nothing.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path, &buffer, buffer.count - 1)
        return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }.text
    }
}

extension FileAccess.Failure {
    var isMissing: Bool { if case .system(ENOENT) = self { true } else { false } }

    /// What to say of a path; `open` is what was tried when the system refused.
    func message(_ path: String, action: String = "open") -> String {
        switch self {
        case .system(EISDIR): "read \(path): is a directory"
        case .system(let code): "\(action) \(path): \(Self.text(code))"
        case .outside: "\(path) is outside of the template's directory; only files in it can be read"
        case .tooLarge: "\(path) is too large; at most \(FileAccess.sizeMax >> 20) MiB are read"
        case .special(let mode): "\(path) is \(Self.kind(mode)), not a regular file"
        }
    }

    /// What a thing that is no file is called.
    static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a directory"
        case S_IFBLK, S_IFCHR: "a device node"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a unix domain socket"
        default: "something else"
        }
    }

    /// In lower case, as Go has it.
    private static func text(_ code: Int32) -> String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
