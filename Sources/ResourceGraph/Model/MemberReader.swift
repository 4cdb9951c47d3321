internal import JSON

/// Reads the members of a JSON object into Swift types and gathers everything that is wrong on the way.
///
/// A member that is null counts as absent, as Terraform has it. So does one that is known only after apply.
struct MemberReader {
    /// A fault at a place.
    struct Fault: Hashable, Sendable {
        let pointer: JSONPointer
        let message: String
    }

    private(set) var faults: [Fault] = []
    let pointer: JSONPointer
    private let members: [String: JSONValue]
    private let isObject: Bool
    private let unknown: Set<JSONPointer>
    private var known: Set<String> = []

    init(_ value: JSONValue, at pointer: JSONPointer = .root, unknown: Set<JSONPointer> = []) {
        self.pointer = pointer
        self.unknown = unknown
        members = value.objectValue ?? [:]
        isObject = value.objectValue != nil
        if !isObject {
            faults.append(Fault(pointer: pointer, message: "must be an object, is \(value.typeName)"))
        }
    }

    /// Notes a fault with the member `name`.
    mutating func fault(_ name: String, _ message: String) {
        faults.append(Fault(pointer: pointer.appending(name), message: message))
    }

    /// Any value, if it is there.
    mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = members[name], !value.isNull, !isUnknown(name) else { return nil }
        return value
    }

    /// True if the member is known only after apply.
    func isUnknown(_ name: String) -> Bool {
        !unknown.isEmpty && unknown.contains(pointer.appending(name))
    }

    mutating func string(_ name: String) -> String? {
        typed(name, "a string", \.stringValue)
    }

    mutating func bool(_ name: String) -> Bool? {
        typed(name, "a boolean", \.boolValue)
    }

    /// A whole number, also when it was written as `3.0`.
    mutating func int(_ name: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        guard let number = typed(name, "an integer", \.wholeValue) else { return nil }
        guard range.contains(number) else {
            let bounds = range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            fault(name, "must be \(bounds), is \(number)")
            return nil
        }
        return number
    }

    mutating func number(_ name: String) -> Double? {
        typed(name, "a number", \.doubleValue)
    }

    /// A string that must be there, unless it is known only later; empty if it is missing.
    mutating func requiredString(_ name: String) -> String {
        if let value = string(name) { return value }
        if isObject, members[name]?.isNull ?? true, !isUnknown(name) { fault(name, "is missing") }
        return ""
    }

    /// One of several words.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) -> Choice? where Choice.RawValue == String {
        guard let text = string(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        fault(name, "must be one of \(words), is \(JSONValue.string(text).serialized())")
        return nil
    }

    /// An object of strings; members that are null are left out.
    mutating func strings(_ name: String) -> [String: String] {
        guard let object = typed(name, "an object", \.objectValue) else { return [:] }
        var strings: [String: String] = [:]
        for (key, value) in object.sorted(by: { $0.key < $1.key }) where !value.isNull {
            if unknown.contains(pointer.appending(name).appending(key)) { continue }
            guard let text = value.stringValue else {
                faults.append(Fault(pointer: pointer.appending(name).appending(key), message: "must be a string, is \(value.typeName)"))
                continue
            }
            strings[key] = text
        }
        return strings
    }

    /// A list of objects.
    mutating func objects<Element>(_ name: String, _ read: (inout MemberReader) -> Element) -> [Element] {
        guard let list = typed(name, "a list", \.arrayValue) else { return [] }
        return list.enumerated().map { index, value in nested(value, pointer.appending(name).appending(index), read) }
    }

    /// An object, or a list of at most one: Terraform keeps a block that may occur once as a list.
    mutating func block<Element>(_ name: String, _ read: (inout MemberReader) -> Element) -> Element? {
        guard let value = value(name) else { return nil }
        guard let list = value.arrayValue else { return nested(value, pointer.appending(name), read) }
        guard list.count <= 1 else {
            fault(name, "must have at most one element, has \(list.count)")
            return nil
        }
        return list.first.map { nested($0, pointer.appending(name).appending(0), read) }
    }

    /// Notes every member that nobody asked for.
    mutating func refuseOthers() {
        for name in members.keys.sorted() where !known.contains(name) { fault(name, "is not a known member") }
    }

    private mutating func nested<Element>(_ value: JSONValue, _ place: JSONPointer, _ read: (inout MemberReader) -> Element) -> Element {
        var reader = MemberReader(value, at: place, unknown: unknown)
        let element = read(&reader)
        faults += reader.faults
        return element
    }

    private mutating func typed<Value>(_ name: String, _ type: String, _ convert: (JSONValue) -> Value?) -> Value? {
        guard let value = value(name) else { return nil }
        if let converted = convert(value) { return converted }
        fault(name, "must be \(type), is \(value.typeName)")
        return nil
    }
}

extension JSONValue {
    /// A whole number that fits `Int`, however it is written.
    var wholeValue: Int? {
        if case .number(let value) = self { Int(exactly: value) } else { intValue }
    }
}
