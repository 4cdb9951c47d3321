import Glibc
package import HCL
import Processes
package import ProviderKit

/// `provisioner "local-exec"`: runs a command on this machine.
package struct LocalExec: Provisioner {
    package let name = "local-exec"

    package let schema = BlockSchema(attributes: [
        "command": AttributeSchema(.string, .required, "The command, one argument of the interpreter."),
        "interpreter": AttributeSchema(.list(.string), .optional, "A program and its first arguments; [\"/bin/sh\", \"-c\"] if not given."),
        "working_dir": AttributeSchema(.string, .optional, "Where it runs; in the directory of the root module if not given."),
        "environment": AttributeSchema(.map(.string), .optional, "Further variables."),
        "quiet": AttributeSchema(.bool, .optional, "Whether not to show the command."),
    ])

    /// How much of the output an error quotes.
    private static let outputTailSize = 8 << 10
    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    package init() {}

    package func validate(_ configuration: Value) -> [ProviderFinding] { [] }

    package func run(_ configuration: Value, connection: Value, _ operation: ProvisionerOperation) async throws {
        guard let text = configuration.string("command"), !text.isEmpty else {
            throw ProviderError(
                "Invalid local-exec provisioner command", "The command must be a non-empty string.", at: .attribute("command"))
        }
        let command = command(text, configuration, operation.environment)
        let isQuiet = configuration.bool("quiet") ?? false
        let shown = "[" + command.arguments.map(\.goQuoted).joined(separator: " ") + "]"
        operation.output(isQuiet ? "local-exec: Executing: Suppressed by quiet=true" : "Executing: \(shown)")
        var problem = Self.directoryProblem(command.directory, named: configuration.string("working_dir"))
        var output: [UInt8] = []
        if problem == nil {
            do {
                let result = try await command.run { _, line in
                    if let line = LineSplitter.shown(line) { operation.output(line) }
                }
                output = result.output
                problem = result.status.problem
            } catch let error as ProcessError {
                problem = Self.startProblem(error, command.arguments.first ?? "")
            }
        }
        guard let problem else { return }
        throw ProviderError(
            "local-exec provisioner error",
            "Error running command '\(text)': \(problem). Output: \(String(decoding: output, as: UTF8.self))")
    }

    private func command(_ text: String, _ configuration: Value, _ environment: ProviderEnvironment) -> ProcessCommand {
        let interpreter = configuration.strings("interpreter") ?? []
        var variables = environment.variables.merging(configuration.stringMap("environment") ?? [:]) { _, own in own }
        if variables["PATH"] == nil { variables["PATH"] = Self.usualPath }
        let directory = LocalFile.absolute(configuration.string("working_dir") ?? "", in: environment.directory)
        var command = ProcessCommand(
            (interpreter.isEmpty ? ["/bin/sh", "-c"] : interpreter) + [text], environment: variables, directory: directory)
        command.mergesErrorOutput = true
        command.tailSizeMax = Self.outputTailSize
        return command
    }

    /// What a directory that cannot be worked in is called; nil if it can.
    private static func directoryProblem(_ directory: String?, named name: String?) -> String? {
        guard let directory else { return nil }
        var status = stat()
        let shown = name ?? directory
        guard stat(directory, &status) == 0 else { return "chdir \(shown): \(SSHError.text(errno))" }
        return status.st_mode & S_IFMT == S_IFDIR ? nil : "chdir \(shown): \(SSHError.text(ENOTDIR))"
    }

    private static func startProblem(_ error: ProcessError, _ program: String) -> String {
        if !program.contains("/"), error.code == ENOENT { return "exec: \(program.goQuoted): executable file not found in $PATH" }
        return "fork/exec \(program): \(SSHError.text(error.code))"
    }
}

extension ProcessResult.Status {
    /// How it failed; nil if it did not.
    fileprivate var problem: String? {
        switch self {
        case .exited(0): nil
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "signal: \(SSHError.text(of: signal))"
        }
    }
}
