import ArgumentParser
import Glibc
import HCL
import PluginLoading
import PluginTooling
import Threads

/// `berth template console`
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console", abstract: "Evaluate expressions of the template language.",
        discussion: """
            Reads an expression a line from standard input and prints its value. Variables (their defaults) and locals of the \
            template are known; resources are not yet. Functions that read files see the template's directory only.
            """)

    @Argument(help: "The template's directory.")
    var directory: String = "."

    func run() async throws {
        let command = self
        try await DeepStack.run { try command.converse() }
    }

    private func converse() throws {
        let root = PluginLocator.absolute(directory)
        var bodies: [Body] = []
        var sources: [String: SourceFile] = [:]
        var diagnostics: Diagnostics = []
        for name in directoryEntries(root) where name.hasSuffix(".tf") {
            let bytes = try readFile(root + "/" + name, limit: 64 << 20)
            sources[name] = SourceFile(name: name, bytes: bytes)
            let (body, found) = Parser.parseFile(bytes, file: name)
            bodies.append(body)
            diagnostics += found
        }
        let functions = StandardFunctions.all.merging(StandardFunctions.console) { $1 }
        let environment = FunctionEnvironment(
            baseDirectory: root, allowedRoot: root, planTimestamp: nil, timestamp: nil, functions: functions)
        let module = StandaloneModule(bodies: bodies, functions: functions, environment: environment)
        diagnostics += module.diagnostics
        show(diagnostics, sources)
        if diagnostics.hasErrors { throw ExitCode(1) }
        var hasFailed = false
        let isInteractive = isatty(STDIN_FILENO) == 1
        while true {
            if isInteractive { print("> ", terminator: "") }
            guard let line = readLine() else { break }
            if line == "exit" { break }
            if line.allSatisfy(\.isWhitespace) { continue }
            if !evaluate(line, in: module, sources) { hasFailed = true }
        }
        if isInteractive { print("") }
        if hasFailed, !isInteractive { throw ExitCode(1) }
    }

    private func evaluate(_ line: String, in module: StandaloneModule, _ sources: [String: SourceFile]) -> Bool {
        let name = "<console-input>"
        var sources = sources
        sources[name] = SourceFile(name: name, bytes: Array(line.utf8))
        let (expression, found) = Parser.parseExpression(Array(line.utf8), file: name)
        guard !found.hasErrors else {
            show(found, sources)
            return false
        }
        let (value, diagnostics) = module.scope.evaluate(expression)
        show(found + diagnostics, sources)
        guard !diagnostics.hasErrors else { return false }
        print(value.consoleText)
        return true
    }

    private func show(_ diagnostics: Diagnostics, _ sources: [String: SourceFile]) {
        for diagnostic in diagnostics {
            Terminal.note(DiagnosticText(diagnostic: diagnostic, sources: sources, isColoured: Terminal.isErrorColoured).text)
        }
    }
}
