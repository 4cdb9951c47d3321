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
        guard let directory = makeTemporaryDirectory() else { return body(".") }
        let link = "\(directory)/\(name)"
        symlink(resolved(target), link)
        defer {
            unlink(link)
            rmdir(directory)
        }
        return body(directory)
    }
}
