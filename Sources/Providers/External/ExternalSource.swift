import Glibc
import HCL
import Processes
import ProviderKit

/// `external`: gives a program strings as JSON, and gets strings as JSON.
struct ExternalSource: DataSource {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "program": AttributeSchema(
                    .list(.string), .required, "The program, found in `PATH` or by its path, and its arguments; no shell is involved."),
                "working_dir": AttributeSchema(.string, .optional, "Where the program runs; by default in the template's directory."),
                "query": AttributeSchema(.map(.string), .optional, "Strings that the program reads as JSON."),
                "result": AttributeSchema(.map(.string), .computed, "Strings that the program wrote as JSON."),
                "id": AttributeSchema(.string, .computed, "Always `-`."),
            ]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        guard let program = configuration[attribute: "program"].elements, program.isEmpty else { return [] }
        return [
            ProviderFinding(
                .error, "Invalid Attribute Value", "Attribute program list must contain at least 1 elements, got: 0",
                at: .attribute("program"))
        ]
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let program = (configuration.strings("program") ?? []).filter { !$0.isEmpty }
        guard let name = program.first else {
            throw failure(
                "External Program Missing",
                "The data source was configured without a program to execute. Verify the configuration contains at least one non-empty value."
            )
        }
        var command = ProcessCommand(program, operation, in: configuration.string("working_dir"))
        // Keys without a value are left out.
        let query = (configuration[attribute: "query"].members ?? [:]).filter { !$0.value.isNull }
        command.input = Array(try Value.map(query, of: .string).jsonEncoded().utf8)
        let result = try await run(command, name)
        guard result.isSuccess, !result.isTruncated else {
            let errors = String(decoding: result.errorOutput, as: UTF8.self)
            let said =
                errors.isEmpty
                ? "\n\nThe program was executed, however it returned no additional error messaging.\n\nProgram: \(name)"
                : "\n\nProgram: \(name)\nError Message: \(errors)"
            throw failure(
                "External Program Execution Failed",
                "The data source received an unexpected error while attempting to execute the program.\(said)\nState: \(result.state)")
        }
        do throws(JSONDecodingError) {
            let strings = try Self.strings(in: String(decoding: result.output, as: UTF8.self))
            return configuration.setting(["result": .stringMap(strings), "id": .string("-")])
        } catch {
            throw failure(
                "Unexpected External Program Results",
                "The data source received unexpected results after executing the program.\n\nProgram output must be a JSON encoded map of string keys and string values.\n\nProgram: \(name)\nResult Error: \(error.message)"
            )
        }
    }

    private func failure(_ summary: String, _ detail: String) -> ProviderError {
        ProviderError(summary, detail, at: .attribute("program"))
    }

    private func run(_ command: ProcessCommand, _ name: String) async throws -> ProcessResult {
        do {
            return try await command.run()
        } catch let error as ProcessError where error.code == ENOENT || error.code == EACCES {
            throw failure(
                "External Program Lookup Failed",
                "The data source received an unexpected error while attempting to find the program.\n\nThe program must be accessible and executable on the machine that builds: by a path, or by a name in one of the directories of PATH. If it is relative to the configuration, begin its name with \"${path.module}/\".\n\nPlatform: linux\nProgram: \(name)\nError: \(error)"
            )
        } catch let error as ProcessError {
            throw failure(
                "External Program Execution Failed",
                "The data source received an unexpected error while attempting to execute the program.\n\nProgram: \(name)\nState: \(error)"
            )
        }
    }

    /// The strings of a JSON object; null is an empty one, as the published provider reads it.
    private static func strings(in text: String) throws(JSONDecodingError) -> [String: String] {
        let type: String
        switch try JSONText.parse(text) {
        case .null: return [:]
        case .object(let members):
            var strings: [String: String] = [:]
            for (name, member) in members {
                switch member {
                case .string(let string): strings[name] = string
                case .null: strings[name] = ""
                case .bool: throw JSONDecodingError(message: "json: cannot unmarshal bool into Go value of type string")
                case .number: throw JSONDecodingError(message: "json: cannot unmarshal number into Go value of type string")
                case .array: throw JSONDecodingError(message: "json: cannot unmarshal array into Go value of type string")
                case .object: throw JSONDecodingError(message: "json: cannot unmarshal object into Go value of type string")
                }
            }
            return strings
        case .bool: type = "bool"
        case .number: type = "number"
        case .string: type = "string"
        case .array: type = "array"
        }
        throw JSONDecodingError(message: "json: cannot unmarshal \(type) into Go value of type map[string]string")
    }
}
