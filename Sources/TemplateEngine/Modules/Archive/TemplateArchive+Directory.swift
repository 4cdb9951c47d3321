import Glibc

extension TemplateArchive {
    /// Packs what is in a directory, without those names on any level.
    ///
    /// Blocks while it reads.
    package init(directory: String, leavingOut names: Set<String> = [], limits: Limits = Limits()) throws(TemplateArchiveError) {
        var builder = TemplateArchiveBuilder(limits)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", directory) }
        try Self.add(descriptor, "", names, &builder)
        try self.init(builder)
    }

    /// - Parameter descriptor: of the directory; closed here.
    private static func add(
        _ descriptor: Int32, _ prefix: String, _ leftOut: Set<String>, _ builder: inout TemplateArchiveBuilder
    ) throws(TemplateArchiveError) {
        guard let directory = fdopendir(descriptor) else {
            defer { close(descriptor) }
            throw .system("open", prefix)
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw TemplateArchiveError("its name is not UTF-8", entry: prefix + String(decoding: bytes, as: UTF8.self))
            }
            if name == "." || name == ".." || leftOut.contains(name) { continue }
            let path = prefix + name
            var status = stat()
            guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .system("look at", path) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try builder.add(path, .directory)
                let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard inner >= 0 else { throw .system("open", path) }
                try add(inner, path + "/", leftOut, &builder)
            case S_IFREG:
                try builder.checkRoom(for: Int(status.st_size), path)
                let bytes = try read(descriptor, name, path, sizeMax: builder.limits.fileSizeMax)
                try builder.add(path, .file(bytes, isExecutable: status.st_mode & 0o111 != 0))
            case S_IFLNK:
                var target = [UInt8](repeating: 0, count: TemplateArchiveBuilder.pathSizeMax + 1)
                let count = target.withUnsafeMutableBytes { buffer in
                    buffer.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { readlinkat(descriptor, name, $0, buffer.count) } ?? -1 }
                }
                guard count >= 0 else { throw .system("read", path) }
                try builder.add(path, .link(TarHeader.text(target[..<count])))
            default: throw TemplateArchiveError("it is neither a file, a directory nor a link", entry: path)
            }
        }
    }

    private static func read(_ directory: Int32, _ name: String, _ path: String, sizeMax: Int) throws(TemplateArchiveError) -> [UInt8] {
        let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system("open", path) }
        defer { close(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while result.count <= sizeMax {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            if count == 0 { break }
            result += buffer[..<count]
        }
        return result
    }

    /// Writes everything into a directory, which is there and empty.
    ///
    /// Nothing is followed and nothing overwritten on the way, so that what is already there, or gets there meanwhile, cannot make
    /// it write elsewhere. Blocks while it writes.
    package func extract(to directory: String) throws(TemplateArchiveError) {
        let root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw .system("open", directory) }
        defer { close(root) }
        for entry in entries {
            let names = entry.path.split(separator: "/").map(String.init)
            guard let name = names.last else { continue }
            var parent = dup(root)
            for name in names.dropLast() where parent >= 0 {
                let inner = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                let code = errno
                close(parent)
                errno = code
                parent = inner
            }
            guard parent >= 0 else { throw .system("open the directory of", entry.path) }
            defer { close(parent) }
            switch entry.content {
            case .directory: guard mkdirat(parent, name, 0o755) == 0 else { throw .system("make", entry.path) }
            case .link(let target): guard symlinkat(target, parent, name) == 0 else { throw .system("make", entry.path) }
            case .file(let bytes, let isExecutable): try Self.write(bytes, parent, name, isExecutable ? 0o755 : 0o644, entry.path)
            }
        }
    }

    private static func write(
        _ bytes: [UInt8], _ directory: Int32, _ name: String, _ mode: mode_t, _ path: String
    ) throws(TemplateArchiveError) {
        let file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard file >= 0 else { throw .system("make", path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("write", path) }
            rest = rest.dropFirst(count)
        }
    }
}

extension TemplateArchiveError {
    /// What the system said just now.
    static func system(_ action: String, _ path: String) -> TemplateArchiveError {
        TemplateArchiveError("cannot \(action) it: \(String(cString: strerror(errno)).lowercased())", entry: path)
    }
}
