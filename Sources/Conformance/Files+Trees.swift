internal import Glibc

extension Files {
    /// A new directory where temporary files go; nil if none can be made.
    static func makeTemporaryDirectory() -> String? {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(base)/conformance-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        return resolved(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Copies what is in a directory into another one, which is made if need be; files that are there are replaced.
    ///
    /// - Parameter excluded: names, directly in the directory, that are left out.
    static func copyTree(_ source: String, to target: String, without excluded: Set<String> = []) -> Bool {
        guard let names = allNames(in: source) else { return false }
        if mkdir(target, 0o777) != 0, errno != EEXIST { return false }
        for name in names where !excluded.contains(name) {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            if allNames(in: from) != nil {
                if !copyTree(from, to: to) { return false }
            } else {
                guard let bytes = read(from), write(bytes, to: to) else { return false }
            }
        }
        return true
    }

    /// Removes a directory with all that is in it.
    static func removeTree(_ directory: String) {
        for name in allNames(in: directory) ?? [] {
            let path = "\(directory)/\(name)"
            // A link to a directory is removed, not followed.
            if unlink(path) != 0 { removeTree(path) }
        }
        rmdir(directory)
    }

    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "wb") else { return false }
        let count = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && count == bytes.count
    }

    /// All names but `.` and `..`; nil if it is no directory.
    private static func allNames(in directory: String) -> [String]? {
        guard let stream = opendir(directory) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
