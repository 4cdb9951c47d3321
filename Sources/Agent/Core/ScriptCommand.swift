import CShims
import Glibc
import Processes

/// What runs a script: the interpreter that its first line names, else the user's shell.
struct ScriptCommand {
    /// A single argument of a process may not be longer than 128 KiB; a longer script goes through a file.
    private static let argumentSizeMax = 100_000

    var arguments: [String]
    private var file: String?

    init(_ script: String, shell: String, directory: String) throws {
        let interpreter = Self.interpreter(script) ?? [shell]
        guard script.utf8.count > Self.argumentSizeMax else {
            // As Coder does it; what counts as a program given as text is the same in shells, Python and Perl's close relatives.
            arguments = interpreter + ["-c", script]
            return
        }
        var template = Array("\(directory)/berth-script-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw ProcessError(action: "cannot write a script to \(directory)", code: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        defer { close(descriptor) }
        let path = template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
        var rest = Array(script.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                unlink(path)
                throw ProcessError(action: "cannot write a script to \(path)", code: code)
            }
            rest = rest.dropFirst(count)
        }
        (arguments, file) = (interpreter + [path], path)
    }

    /// To be called after the run.
    func remove() { if let file { unlink(file) } }

    /// The words of `#!…`. Images without `env` are served too: it only looks for a program.
    static func interpreter(_ script: String) -> [String]? {
        guard script.hasPrefix("#!"), let line = script.split(whereSeparator: \.isNewline).first else { return nil }
        var words = line.dropFirst(2).split(separator: " ").map(String.init)
        if words.first?.hasSuffix("/env") ?? false { words.removeFirst() }
        if words.first == "-S" { words.removeFirst() }
        return words.isEmpty ? nil : words
    }
}
