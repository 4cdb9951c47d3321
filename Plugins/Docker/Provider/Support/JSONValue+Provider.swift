import HCL
import JSON
import ProviderKit

/// Values of a template as the engine wants them, and back.
extension JSONValue {
    init(strings: [String: String]) { self = .object(strings.mapValues { .string($0) }) }
    init(strings: [String]) { self = .array(strings.map { .string($0) }) }

    /// The members of an object that are strings.
    var strings: [String: String] { (objectValue ?? [:]).compactMapValues(\.stringValue) }
    /// The elements of an array that are strings.
    var stringList: [String] { (arrayValue ?? []).compactMap(\.stringValue) }

    /// A text that is not empty.
    var filled: String? { stringValue.flatMap { $0.isEmpty ? nil : $0 } }

    /// Sets a member unless there is nothing to set.
    mutating func put(_ name: String, _ value: JSONValue?) {
        if let value { self[name] = value }
    }
}

extension Value {
    /// An attribute for a request; nil if it is not given, or empty, which is the same for the engine.
    func json(_ name: String) -> JSONValue? {
        let value = self[attribute: name]
        if let text = value.stringValue { return text.isEmpty ? nil : .string(text) }
        if let flag = value.boolValue { return flag ? true : nil }
        if let number = value.numberValue?.int { return number == 0 ? nil : .integer(Int64(number)) }
        if let elements = value.elements { return elements.isEmpty ? nil : JSONValue(strings: elements.compactMap(\.stringValue)) }
        if let members = value.members { return members.isEmpty ? nil : JSONValue(strings: members.compactMapValues(\.stringValue)) }
        return nil
    }

    /// Megabytes as bytes; what is negative has a meaning of its own and stays.
    func megabytes(_ name: String) -> JSONValue? {
        guard let number = integer(name), number != 0 else { return nil }
        guard number > 0 else { return .integer(Int64(number)) }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << 20)
        return .integer(overflow ? .max : Int64(bytes))
    }

    static func stringSet(_ strings: [String]) -> Value { .set(strings.map { .string($0) }, of: .string) }
}
