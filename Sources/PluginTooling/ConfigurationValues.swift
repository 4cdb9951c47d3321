package import JSON
package import PluginLoading

/// Builds a JSON object from what a user typed: a file, and `name=value` pairs on top of it.
package enum ConfigurationValues {
    /// - Parameters:
    ///   - file: a JSON file, or nil.
    ///   - pairs: `name=value`; a value that is JSON counts as JSON, anything else as a text. A dot in the name goes one level down.
    /// - Throws: ``PluginError`` with code `arguments`.
    package static func object(file: String?, pairs: [String]) throws(PluginError) -> JSONValue {
        var object: JSONValue = [:]
        if let file {
            do { object = try JSONValue(parsing: String(decoding: try readFile(file, limit: 1 << 20), as: UTF8.self)) } catch {
                throw PluginError(.arguments, "\(file) cannot be used", cause: error)
            }
            guard case .object = object else { throw PluginError(.arguments, "\(file) holds \(object.typeName), not an object") }
        }
        for pair in pairs {
            let (name, value) = try split(pair)
            let parsed = (try? JSONValue(parsing: value)) ?? .string(value)  // what is not JSON is meant as it stands
            set(&object, path: name.split(separator: ".").map(String.init)[...], parsed)
        }
        return object
    }

    /// `name=value` taken apart.
    package static func split(_ pair: String) throws(PluginError) -> (name: String, value: String) {
        guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
            throw PluginError(.arguments, "\"\(pair)\" is not of the form name=value")
        }
        return (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
    }

    private static func set(_ object: inout JSONValue, path: ArraySlice<String>, _ value: JSONValue) {
        guard let name = path.first else { return object = value }
        var members = object.objectValue ?? [:]
        var inner = members[name] ?? [:]
        set(&inner, path: path.dropFirst(), value)
        members[name] = inner
        object = .object(members)
    }
}
