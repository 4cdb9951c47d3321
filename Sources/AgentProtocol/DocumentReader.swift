package import JSON

/// Why a document of the agent's protocol cannot be read.
package struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var description: String { message }
}

/// Reads the members of one object, and says where something is wrong.
///
/// Members that are not known are passed over, so that a newer side can add some.
struct DocumentReader {
    private let members: [String: JSONValue]
    private let place: String

    init(_ value: JSONValue, _ place: String) throws(DocumentError) {
        guard let members = value.objectValue else { throw DocumentError(message: "\(place) is no object") }
        (self.members, self.place) = (members, place)
    }

    private func wrong(_ name: String, _ what: String) -> DocumentError { DocumentError(message: "\(place).\(name) is no \(what)") }

    /// A member that is there and not null.
    private func value(_ name: String) -> JSONValue? { members[name].flatMap { $0.isNull ? nil : $0 } }

    func text(_ name: String) throws(DocumentError) -> String {
        guard let text = try optionalText(name) else { throw DocumentError(message: "\(place).\(name) is missing") }
        return text
    }

    func optionalText(_ name: String) throws(DocumentError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else { throw wrong(name, "string") }
        return text
    }

    func integer(_ name: String, default other: Int = 0) throws(DocumentError) -> Int {
        guard let value = value(name) else { return other }
        guard let number = value.intValue else { throw wrong(name, "integer") }
        return number
    }

    func number(_ name: String) throws(DocumentError) -> Double {
        guard let value = value(name) else { return 0 }
        guard let number = value.doubleValue else { throw wrong(name, "number") }
        return number
    }

    func flag(_ name: String) throws(DocumentError) -> Bool {
        guard let value = value(name) else { return false }
        guard let flag = value.boolValue else { throw wrong(name, "boolean") }
        return flag
    }

    func list<Element>(
        _ name: String, max: Int, _ read: (JSONValue, String) throws(DocumentError) -> Element
    ) throws(DocumentError) -> [Element] {
        guard let value = value(name) else { return [] }
        guard let elements = value.arrayValue else { throw wrong(name, "list") }
        guard elements.count <= max else { throw DocumentError(message: "\(place).\(name) has more than \(max) elements") }
        var found: [Element] = []
        for (index, element) in elements.enumerated() { found.append(try read(element, "\(place).\(name)[\(index)]")) }
        return found
    }

    func texts(_ name: String, max: Int) throws(DocumentError) -> [String] {
        try list(name, max: max) { value, place throws(DocumentError) in
            guard let text = value.stringValue else { throw DocumentError(message: "\(place) is no string") }
            return text
        }
    }

    func object<Value>(
        _ name: String, _ read: (JSONValue, String) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value? {
        guard let value = value(name) else { return nil }
        return try read(value, "\(place).\(name)")
    }
}

extension JSONValue {
    /// Null where there is no text.
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
}

/// A document of the protocol: what one side writes and the other reads.
package protocol AgentDocument: Sendable, Hashable {
    init(json: JSONValue, at place: String) throws(DocumentError)
    var json: JSONValue { get }
}
