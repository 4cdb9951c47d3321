import ArgumentParser
import Glibc
import HCL
import PluginLoading
import Threads

/// `berth template fmt`
struct FormatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Write templates in Terraform's canonical format.",
        discussion: """
            Formats the files that end in .tf, .tfvars and .tftest.hcl, in place, and prints the names of those that changed. \
            A file with an error in its syntax is left alone. Exits with 2 if there was one, and with --check with 3 if \
            anything would change.
            """)

    @Argument(help: ArgumentHelp("Files or directories; - for standard input. The working directory if none is given.", valueName: "path"))
    var paths: [String] = []

    @Flag(name: .long, help: "Change nothing; say what would change.")
    var check = false

    @Flag(name: .shortAndLong, help: "Look into directories of directories, too.")
    var recursive = false

    func run() async throws {
        let command = self
        try await DeepStack.run { try command.format() }
    }

    private func format() throws {
        if paths == ["-"] { return try formatStandardInput() }
        var files: [String] = []
        for path in paths.isEmpty ? ["."] : paths { files += try self.files(at: path, isNamed: true) }
        var hasErrors = false
        var hasChanges = false
        for file in files {
            let before = try readFile(file, limit: Self.sizeMaxBytes)
            let diagnostics = Parser.parseFile(before, file: file).1.filter { $0.severity == .error }
            if !diagnostics.isEmpty {
                hasErrors = true
                show(diagnostics, SourceFile(name: file, bytes: before))
                continue
            }
            let after = Formatter.format(before)
            guard after != before else { continue }
            hasChanges = true
            print(file)
            if !check { try replace(file, with: after) }
        }
        if hasErrors { throw ExitCode(2) }
        if check, hasChanges { throw ExitCode(3) }
    }

    /// Larger files are no templates.
    private static let sizeMaxBytes = 64 << 20

    private func formatStandardInput() throws {
        let before = try readStandardInput()
        let diagnostics = Parser.parseFile(before, file: "<stdin>").1.filter { $0.severity == .error }
        show(diagnostics, SourceFile(name: "<stdin>", bytes: before))
        guard diagnostics.isEmpty else { throw ExitCode(2) }
        let after = Formatter.format(before)
        var rest = after[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { throw PluginError.system("cannot write to standard output", errno) }
            rest = rest.dropFirst(count)
        }
        if check, after != before { throw ExitCode(3) }
    }

    private func show(_ diagnostics: Diagnostics, _ source: SourceFile) {
        for diagnostic in diagnostics {
            let text = DiagnosticText(diagnostic: diagnostic, sources: [source.name: source], isColoured: Terminal.isErrorColoured)
            Terminal.note(text.text)
        }
    }

    private func readStandardInput() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw PluginError.system("cannot read standard input", errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Self.sizeMaxBytes else { throw ValidationError("standard input has more than \(Self.sizeMaxBytes) bytes") }
        }
    }

    private func files(at path: String, isNamed: Bool) throws -> [String] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ValidationError("there is no file \(path)") }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let isTemplate = [".tf", ".tfvars", ".tftest.hcl"].contains { path.hasSuffix($0) }
            if isNamed, !isTemplate { throw ValidationError("\(path) does not end in .tf, .tfvars or .tftest.hcl") }
            return isTemplate && status.st_mode & S_IFMT == S_IFREG ? [path] : []
        }
        guard isNamed || recursive else { return [] }
        return try directoryEntries(path).flatMap { name in
            try files(at: path == "." ? name : path + "/" + name, isNamed: false)
        }
    }

    /// Replaces a file in one step, and keeps who may read it.
    private func replace(_ file: String, with bytes: [UInt8]) throws {
        var status = stat()
        let mode = stat(file, &status) == 0 ? status.st_mode & 0o777 : 0o644
        try replaceFile(file, with: bytes, mode: mode)
    }
}
