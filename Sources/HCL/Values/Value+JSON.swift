/// Why a value has no JSON text.
package struct JSONEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the value.
    package var path: [PathStep]
    package var message: String

    package init(path: [PathStep] = [], message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(path.text): \(message)" }
}

extension Value {
    /// What `jsonencode` gives: without spaces, members by the bytes of their names, sets as arrays. Marks are passed over.
    package func jsonEncoded() throws(JSONEncodingError) -> String {
        var text = ""
        try appendJSON(to: &text, as: .dynamic, wrapsDynamic: false, at: [])
        return text
    }

    /// The value in the form that state and plan files store: where the constraint is dynamic, along with its type.
    ///
    /// - Precondition: the value conforms to the constraint.
    package func jsonEncoded(as constraint: ValueType) throws(JSONEncodingError) -> String {
        var text = ""
        try appendJSON(to: &text, as: constraint, wrapsDynamic: true, at: [])
        return text
    }

    private func appendJSON(
        to text: inout String, as constraint: ValueType, wrapsDynamic: Bool, at path: [PathStep]
    ) throws(JSONEncodingError) {
        if constraint == .dynamic, wrapsDynamic, type != .dynamic {
            guard isKnown else { throw JSONEncodingError(path: path, message: "value is not known") }
            text += #"{"value":"#
            try appendJSON(to: &text, as: type, wrapsDynamic: true, at: path)
            text += #","type":"# + type.typeJSON + "}"
            return
        }
        switch content {
        case .null: text += "null"
        case .unknown: throw JSONEncodingError(path: path, message: "value is not known")
        case .bool(let bool): text += bool ? "true" : "false"
        case .number(let number):
            guard let digits = number.jsonText else { throw JSONEncodingError(path: path, message: "cannot serialize infinity as JSON") }
            text += digits
        case .string(let string): text += string.jsonQuoted
        case .elements(let elements):
            let types = constraint.elementTypes
            let common = constraint.elementType ?? .dynamic
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                let type = types.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? common
                try element.appendJSON(to: &text, as: type, wrapsDynamic: wrapsDynamic, at: path + [.index(.integer(index))])
            }
            text += "]"
        case .members:
            let types = constraint.attributeTypes ?? [:]
            let common = constraint.elementType ?? .dynamic
            text += "{"
            for (index, (name, member)) in sortedMembers.enumerated() {
                if index > 0 { text += "," }
                text += name.jsonQuoted + ":"
                let step: PathStep = type.isMap ? .index(.string(name)) : .attribute(name)
                try member.appendJSON(to: &text, as: types[name] ?? common, wrapsDynamic: wrapsDynamic, at: path + [step])
            }
            text += "}"
        }
    }
}

extension String {
    /// As a JSON string, with what could be taken for markup written as escapes.
    package var jsonQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "<", ">", "&", "\u{2028}", "\u{2029}": text += "\\u" + scalar.hexadecimal(4)
            default:
                if scalar.value < 0x20 { text += "\\u" + scalar.hexadecimal(4) } else { text.unicodeScalars.append(scalar) }
            }
        }
        return text + "\""
    }
}
