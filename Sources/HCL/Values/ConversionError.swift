/// Why a value cannot be converted to a type.
package struct ConversionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the value.
    package var path: [PathStep]
    /// Without the path: `a number is required`.
    package var message: String

    package init(path: [PathStep] = [], message: String) {
        self.path = path
        self.message = message
    }

    /// The message with the path in front, as Terraform shows it where the value is not in sight: `.ports[0]: a number is required`.
    package var description: String { path.isEmpty ? message : "\(path.text): \(message)" }

    /// The message about a value that did not suit a type: ``description``.
    package func message(for type: ValueType) -> String { description }
}

/// A step from a value to one in it.
package enum PathStep: Hashable, Sendable {
    case attribute(String)
    case index(Value)

    /// As in an expression: `.name`, `[0]`, `["key"]`.
    package var text: String {
        switch self {
        case .attribute(let name): "." + name
        case .index(let key):
            if let string = key.stringValue {
                "[\(string.goQuoted)]"
            } else if let number = key.numberValue {
                "[\(number.text)]"
            } else {
                "[...]"
            }
        }
    }
}

extension [PathStep] {
    package var text: String { map(\.text).joined() }
}
