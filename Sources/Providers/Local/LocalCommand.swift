import HCL
import Processes
import ProviderKit

/// `local_command`: what a program on the machine that builds says.
struct LocalCommand: DataSource {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "command": AttributeSchema(.string, .required, "The program: a name to be found in `PATH`, or a path."),
                "arguments": AttributeSchema(.list(.string), .optional, "What the program is given; null ones are left out."),
                "stdin": AttributeSchema(.string, .optional, "What the program reads from standard input."),
                "working_directory": AttributeSchema(.string, .optional, "Where the program runs; by default in the template's directory."),
                "allow_non_zero_exit_code": AttributeSchema(.bool, .optional, "Whether another exit code than 0 is no error."),
                "exit_code": AttributeSchema(.number, .computed, "The exit code."),
                "stdout": AttributeSchema(.string, .computed, "What the program wrote to standard output."),
                "stderr": AttributeSchema(.string, .computed, "What the program wrote to standard error."),
            ]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let program = configuration.string("command") ?? ""
        var command = ProcessCommand(
            [program] + (configuration.strings("arguments") ?? []), operation, in: configuration.string("working_directory"))
        command.input = Array((configuration.string("stdin") ?? "").utf8)
        let result: ProcessResult
        do {
            result = try await command.run()
        } catch let error as ProcessError {
            throw ProviderError(
                "Command Execution Failed",
                "The data source received an unexpected error while attempting to execute the command.\n\nCommand: \(program)\nState: \(error)",
                at: .attribute("command"))
        }
        let (output, errors) = (String(decoding: result.output, as: UTF8.self), String(decoding: result.errorOutput, as: UTF8.self))
        guard result.isSuccess || configuration.bool("allow_non_zero_exit_code") == true, !result.isTruncated else {
            throw ProviderError(
                "Command Execution Failed",
                "The data source executed the command but received a non-zero exit code. If a non-zero exit code is expected and can be handled in configuration, set \"allow_non_zero_exit_code\" to true.\n\nCommand: \(command.arguments.joined(separator: " "))\nCommand Error: \(errors)\nState: \(result.state)",
                at: .attribute("command"))
        }
        let code: Int = if case .exited(let code) = result.status { Int(code) } else { -1 }
        return configuration.setting([
            "exit_code": .integer(code), "stdout": .optional(output.isEmpty ? nil : output),
            "stderr": .optional(errors.isEmpty ? nil : errors),
        ])
    }
}

extension ProcessCommand {
    /// A program that a template names, with the variables of the operation.
    init(_ arguments: [String], _ operation: ProviderOperation, in directory: String?) {
        var variables = operation.environment.variables
        if variables["PATH"] == nil { variables["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }
        let base = operation.environment.directory
        self.init(arguments, environment: variables, directory: directory.map { $0.isEmpty ? base : LocalFile.path($0, in: base) } ?? base)
    }
}

extension ProcessResult {
    /// As Go says it: `exit status 1`.
    var state: String {
        if isTruncated { return "more output than is kept" }
        return switch status {
        case .exited(let code): "exit status \(code)"
        case .signalled(let signal): "signal: \(signal)"
        }
    }
}
