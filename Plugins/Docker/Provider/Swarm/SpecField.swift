import HCL
import JSON
import ProviderKit

/// How an attribute of a template and a member of the engine's JSON are one; requests, reading back and drift follow from it.
struct SpecField: Sendable {
    /// How values are written on either side.
    indirect enum Form: Sendable {
        /// Texts, numbers, flags, and lists, sets or maps of texts.
        case plain
        /// The same, but zero and false mean something, and are sent.
        case exact
        /// `1m30s`; nanoseconds.
        case duration
        /// One block at most; an object.
        case block([SpecField])
        /// Any number of blocks; an array of objects.
        case blocks([SpecField])
        /// Something else.
        case custom(encode: @Sendable (Value) -> JSONValue?, decode: @Sendable (JSONValue) -> Value)
    }

    let attribute: String
    /// Where it is in the JSON.
    let path: [String]
    let form: Form
    /// Whether the engine knows it also where the template says nothing, and that is no difference.
    let isFilled: Bool

    init(_ attribute: String, _ path: String..., form: Form = .plain, isFilled: Bool = false) {
        self.attribute = attribute
        self.path = path
        self.form = form
        self.isFilled = isFilled
    }

    /// An attribute of an object as the engine wants it; nil if there is nothing to say.
    func encoded(_ object: Value) -> JSONValue? {
        let value = object[attribute: attribute]
        guard value.isKnown else { return nil }
        switch form {
        case .plain: return object.json(attribute)
        case .exact: return value.boolValue.map { .bool($0) } ?? value.numberValue?.int.map { JSONValue($0) }
        case .duration:
            // The schema has judged the text.
            return value.stringValue.flatMap { try? GoDuration.nanoseconds($0) }.map { .integer($0) }
        case .block(let fields): return object.blocks(attribute).first.map { fields.encoded($0) }
        case .blocks(let fields):
            let blocks = object.blocks(attribute)
            return blocks.isEmpty ? nil : .array(blocks.map { fields.encoded($0) })
        case .custom(let encode, _): return value.isNull ? nil : encode(value)
        }
    }
}

extension [SpecField] {
    /// An object as the engine wants it.
    func encoded(_ object: Value) -> JSONValue {
        reduce(into: JSONValue.object([:])) { json, field in
            if let value = field.encoded(object) { json.set(value, at: field.path[...]) }
        }
    }
}

extension JSONValue {
    /// Sets a member of a member.
    fileprivate mutating func set(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let first = path.first else {
            self = value
            return
        }
        var member = self[first] ?? [:]
        member.set(value, at: path.dropFirst())
        self[first] = member
    }

    /// The member of a member; null if there is none.
    func member(_ path: [String]) -> JSONValue { path.reduce(self) { $0[$1] ?? .null } }

    /// Without what says nothing: for the engine, null, zero and empty are the same as absent. Nil if nothing is left.
    var meaning: JSONValue? {
        switch self {
        case .null, .bool(false), .integer(0), .number(0), .string(""): return nil
        case .array(let elements): return elements.isEmpty ? nil : .array(elements.map { $0.meaning ?? .null })
        case .object(let members):
            let meanings = members.compactMapValues(\.meaning)
            return meanings.isEmpty ? nil : .object(meanings)
        default: return self
        }
    }
}
