package import JSON

/// An argument of an action, checked and ready for the call.
package enum ActionArgument: Sendable, Equatable {
    case i64(Int64)
    case u64(UInt64)
    case f64(Double)
    case bool(Bool)
    case str(String)
    case bytes([UInt8])
    /// JSON text.
    case json(String)

    package var type: ActionType {
        switch self {
        case .i64: .i64
        case .u64: .u64
        case .f64: .f64
        case .bool: .bool
        case .str: .str
        case .bytes: .bytes
        case .json: .json
        }
    }
}

extension ActionDeclaration {
    /// The arguments of a call, in order, with defaults filled in.
    ///
    /// - Throws: ``PluginError`` with code `arguments` that names the parameter, what it must be and what it is.
    package func arguments(from values: [String: JSONValue]) throws(PluginError) -> [ActionArgument] {
        if let stranger = values.keys.filter({ name in !parameters.contains { $0.name == name } }).min() {
            let known = parameters.isEmpty ? "it takes none" : "it takes \(parameters.map(\.name).joined(separator: ", "))"
            throw PluginError(.arguments, "action \(id) has no parameter \"\(stranger)\"; \(known)")
        }
        var arguments: [ActionArgument] = []
        for parameter in parameters {
            do {
                if let value = values[parameter.name] {
                    arguments.append(try parameter.argument(for: value))
                } else if let text = parameter.defaultValue {
                    arguments.append(try parameter.argument(for: try JSONValue(parsing: text)))
                } else {
                    throw BorderError("is required: \(parameter.summary)")
                }
            } catch let error as BorderError {
                throw PluginError(.arguments, "action \(id): parameter \"\(parameter.name)\" \(error.message)")
            } catch {
                throw PluginError(.arguments, "action \(id): parameter \"\(parameter.name)\"", cause: error)
            }
        }
        return arguments
    }

    /// Values given as text, as on a command line, read by the type of their parameter.
    ///
    /// - Throws: ``PluginError`` with code `arguments`.
    package func values(fromText texts: [String: String]) throws(PluginError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, text) in texts {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                values[name] = .string(text)
                continue
            }
            switch parameter.type {
            case .str, .bytes: values[name] = .string(text)
            case .bool where text == "true" || text == "1" || text == "yes": values[name] = .bool(true)
            case .bool where text == "false" || text == "0" || text == "no": values[name] = .bool(false)
            case .i64, .u64, .f64, .bool, .json:
                do { values[name] = try JSONValue(parsing: text) } catch {
                    throw PluginError(
                        .arguments, "action \(id): parameter \"\(name)\" is \"\(text)\", not a value of type \(parameter.type.spelling)",
                        cause: error)
                }
            }
        }
        return values
    }
}

extension ActionParameter {
    /// A value as an argument of this parameter.
    ///
    /// - Throws: ``BorderError`` whose message follows the parameter's name.
    package func argument(for value: JSONValue) throws(BorderError) -> ActionArgument {
        if let constraint {
            let issues: [JSONSchemaIssue]
            do { issues = try JSONSchema(JSONValue(parsing: constraint)).validate(value) } catch {
                throw BorderError("has an unusable constraint: \(error)")
            }
            if let issue = issues.first { throw BorderError(issue.message) }
        }
        switch (type, value) {
        case (.i64, .integer(let number)): return .i64(number)
        case (.u64, .integer(let number)) where number >= 0: return .u64(UInt64(number))
        case (.u64, .unsigned(let number)): return .u64(number)
        case (.f64, .integer), (.f64, .unsigned), (.f64, .number):
            guard let number = value.doubleValue, number.isFinite else { break }
            return .f64(number)
        case (.bool, .bool(let flag)): return .bool(flag)
        case (.str, .string(let text)): return .str(text)
        case (.bytes, .string(let text)): return .bytes(Array(text.utf8))
        case (.json, _): return .json(value.serialized())
        default: break
        }
        throw BorderError("must be of type \(type.spelling), is \(value.typeName) \(value.serialized().prefix(80))")
    }
}
