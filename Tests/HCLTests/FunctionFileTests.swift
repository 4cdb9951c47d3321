import Glibc
import HCL
import Testing

struct FunctionFileTests {
    /// A directory `root` with a file, beside a file that must not be read.
    private static func withDirectory(_ body: (String, FunctionEnvironment) -> Void) throws {
        var template = Array("/tmp/berth-functions-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        let root = path + "/root"
        let links = [root + "/out", root + "/dir"]
        let files = [root + "/a.txt", path + "/secret.txt", root + "/sub/b.txt"]
        mkdir(root, 0o700)
        mkdir(root + "/sub", 0o700)
        for file in files {
            let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            _ = write(descriptor, "text", 4)
            close(descriptor)
        }
        symlink(path + "/secret.txt", links[0])
        symlink(path, links[1])
        mkfifo(root + "/fifo", 0o600)
        defer {
            for file in files + links + [root + "/fifo"] { unlink(file) }
            for directory in [root + "/sub", root, path] { rmdir(directory) }
        }
        body(path, FunctionEnvironment(baseDirectory: root, allowedRoot: root))
    }

    @Test("files are read in the template's directory and nowhere else")
    func confined() throws {
        try Self.withDirectory { path, environment in
            #expect(Call.outcome("file(\"a.txt\")", environment) == "\"text\"")
            #expect(Call.outcome("file(\"sub/../a.txt\")", environment) == "\"text\"")
            #expect(Call.outcome("fileset(\".\", \"**/*.txt\")", environment) == "[\"a.txt\",\"sub/b.txt\"]")
            for name in ["../secret.txt", "out", "dir/secret.txt", path + "/secret.txt", "/etc/passwd"] {
                for function in ["file", "filemd5", "fileexists", "filebase64"] {
                    #expect(Call.outcome("\(function)(\"\(name)\")", environment).contains("outside of the template's directory"))
                }
            }
            #expect(Call.outcome("fileset(\"..\", \"*\")", environment).contains("outside of the template's directory"))
        }
    }

    @Test("a pipe is refused and not waited for")
    func pipe() throws {
        try Self.withDirectory { _, environment in
            #expect(Call.outcome("file(\"fifo\")", environment).contains("is a named pipe, not a regular file"))
            #expect(Call.outcome("fileexists(\"fifo\")", environment).contains("is a named pipe, not a regular file"))
        }
    }
}
