internal import Glibc

extension Files {
    /// What is before the last slash; the current directory if there is none.
    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// Absolute and without links; the path itself if it does not exist.
    static func resolved(_ path: String) -> String {
        guard let text = realpath(path, nil) else { return path }
        defer { free(text) }
        return String(cString: text)
    }

    /// Calls a function with a new directory, in which one name leads elsewhere; the directory is removed afterwards.
    static func withWorkingDirectory<Result>(linking name: String, to target: String, _ body: (String) -> Result) -> Result {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(base)/conformance-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return body(".") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let link = "\(directory)/\(name)"
        symlink(resolved(target), link)
        defer {
            unlink(link)
            rmdir(directory)
        }
        return body(directory)
    }
}
