import HCL
import JSON
import ProviderKit

extension SpecField {
    /// What the engine says, as a value of the schema.
    func decoded(_ json: JSONValue, _ block: BlockSchema) -> Value {
        if let nested = block.blocks[attribute] {
            switch form {
            case .block(let fields):
                return nested.value(json.meaning == nil ? [] : [fields.decoded(json, nested.block)])
            case .blocks(let fields): return nested.value((json.arrayValue ?? []).map { fields.decoded($0, nested.block) })
            case .custom(_, let decode): return decode(json)
            case .plain, .exact, .duration: return nested.value([])
            }
        }
        let type = block.attributes[attribute]?.type ?? .string
        if case .custom(_, let decode) = form { return decode(json) }
        if case .duration = form { return json.intValue.map { .string(Self.duration($0)) } ?? .null(.string) }
        switch type {
        case .bool: return json.boolValue.map { .bool($0) } ?? .null(.bool)
        case .number: return json.intValue.map { .integer($0) } ?? .null(.number)
        case .list: return json.stringList.isEmpty ? .null(type) : .strings(json.stringList)
        case .set: return json.stringList.isEmpty ? .null(type) : .stringSet(json.stringList)
        case .map: return json.strings.isEmpty ? .null(type) : .stringMap(json.strings)
        default: return .optional(json.filled)
        }
    }

    /// Whole seconds and milliseconds are what people write: `90s`, `1500ms`.
    private static func duration(_ nanoseconds: Int) -> String {
        nanoseconds % 1_000_000_000 == 0 ? "\(nanoseconds / 1_000_000_000)s" : "\(nanoseconds / 1_000_000)ms"
    }

    /// Whether an attribute of an object and the engine mean the same.
    func agrees(_ object: Value, _ json: JSONValue) -> Bool {
        let now = json.member(path)
        let value = object[attribute: attribute]
        if isFilled, value.isNull || value.stringValue == "" { return true }
        switch form {
        case .block(let fields):
            guard let block = object.blocks(attribute).first else { return now.meaning == nil }
            return fields.agree(block, now)
        case .blocks(let fields):
            let blocks = object.blocks(attribute)
            var open = now.arrayValue ?? []
            guard blocks.count == open.count else { return false }
            for block in blocks {
                let isOrdered = value.type.isList
                guard let place = isOrdered ? open.indices.first : open.firstIndex(where: { fields.agree(block, $0) }),
                    fields.agree(block, open[place])
                else { return false }
                open.remove(at: place)
            }
            return true
        default:
            let (wanted, found) = (encoded(object)?.meaning, now.meaning)
            if wanted == found { return true }
            // Sets come in any order, and numbers with or without a fraction.
            if value.type.isSet, let wanted = wanted?.arrayValue, let found = found?.arrayValue { return Set(wanted) == Set(found) }
            return wanted?.doubleValue != nil && wanted?.doubleValue == found?.doubleValue
        }
    }
}

extension [SpecField] {
    func agree(_ object: Value, _ json: JSONValue) -> Bool { allSatisfy { $0.agrees(object, json) } }

    func decoded(_ json: JSONValue, _ schema: BlockSchema) -> Value {
        let found = map { ($0.attribute, $0.decoded(json.member($0.path), schema)) }
        return schema.resolved(.object([:]), Dictionary(found) { $1 })
    }

    /// An object whose unknown parts are what the engine says; the rest stays in the template's words.
    func filled(_ planned: Value, _ json: JSONValue, _ schema: BlockSchema) -> Value {
        var found: [String: Value] = [:]
        for field in self {
            let value = planned[attribute: field.attribute]
            let now = json.member(field.path)
            guard value.isKnown else {
                found[field.attribute] = field.decoded(now, schema)
                continue
            }
            guard !value.isWhollyKnown, let nested = schema.blocks[field.attribute], let elements = value.elements else { continue }
            switch field.form {
            case .block(let fields): found[field.attribute] = nested.value(elements.map { fields.filled($0, now, nested.block) })
            case .blocks(let fields):
                found[field.attribute] = nested.value(
                    elements.enumerated().map { fields.filled($1, now[$0] ?? .null, nested.block) })
            default: break
            }
        }
        return planned.setting(found)
    }

    /// An object as it is now: where the engine means the same, the words stay.
    func current(_ state: Value, _ json: JSONValue, _ schema: BlockSchema) -> Value {
        var found: [String: Value] = [:]
        for field in self where !field.agrees(state, json) {
            let now = json.member(field.path)
            if case .block(let fields) = field.form, let nested = schema.blocks[field.attribute],
                let block = state.blocks(field.attribute).first, now.meaning != nil
            {
                found[field.attribute] = nested.value([fields.current(block, now, nested.block)])
            } else {
                found[field.attribute] = field.decoded(now, schema)
            }
        }
        return state.setting(found)
    }
}
