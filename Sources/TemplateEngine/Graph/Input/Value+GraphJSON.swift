import HCL
import JSON
import ProviderKit

extension Value {
    /// The value as it stands in a graph, with the places of what is sensitive and of what is not known yet; that is null.
    var graphJSON: (json: JSONValue, sensitive: Set<JSONPointer>, unknown: Set<JSONPointer>) {
        var writer = GraphValueWriter()
        let json = writer.write(self, .root)
        return (json, writer.sensitive, writer.unknown)
    }
}

/// Writes a value as JSON.
private struct GraphValueWriter {
    private(set) var sensitive: Set<JSONPointer> = []
    private(set) var unknown: Set<JSONPointer> = []
    /// A document may be 128 deep; the node around the attributes takes some of it.
    private static let depthMax = 100

    mutating func write(_ value: Value, _ place: JSONPointer) -> JSONValue {
        if value.marks.contains(.sensitive) { sensitive.insert(place) }
        switch value.content {
        case .null: return .null
        case .unknown:
            unknown.insert(place)
            return .null
        case .bool(let bool): return .bool(bool)
        case .string(let string): return .string(string)
        case .number(let number):
            if let integer = number.int64 { return .integer(integer) }
            return number.double.isFinite ? .number(number.double) : .null
        case .elements where place.tokens.count >= Self.depthMax, .members where place.tokens.count >= Self.depthMax:
            // Nothing of ours reads what lies that deep.
            return .string("…")
        case .elements(let elements):
            return .array(elements.enumerated().map { write($1, place.appending($0)) })
        case .members(let members):
            var json: [String: JSONValue] = [:]
            for (name, member) in members { json[name] = write(member, place.appending(name)) }
            return .object(json)
        }
    }
}

extension JSONPointer {
    /// The same place in the JSON of a value; an element of a set, which has no index, is all of the set.
    init(_ path: AttributePath) {
        var tokens: [String] = []
        steps: for step in path {
            switch step {
            case .attribute(let name): tokens.append(name)
            case .index(let key):
                if let name = key.stringValue {
                    tokens.append(name)
                } else if let index = key.numberValue?.int {
                    tokens.append(String(index))
                } else {
                    break steps
                }
            }
        }
        self.init(tokens: tokens)
    }
}

extension BlockSchema {
    /// Where the schema says sensitive, as far as something is there.
    func sensitivePointers(in json: JSONValue, _ unknown: Set<JSONPointer>, at place: JSONPointer = .root) -> Set<JSONPointer> {
        var found: Set<JSONPointer> = []
        for (name, attribute) in attributes where attribute.isSensitive {
            let pointer = place.appending(name)
            if json[name].map({ !$0.isNull }) ?? false || unknown.contains(pointer) { found.insert(pointer) }
        }
        for (name, nested) in blocks {
            let pointer = place.appending(name)
            switch (nested.nesting, json[name]) {
            case (.single, let block?), (.group, let block?):
                found.formUnion(nested.block.sensitivePointers(in: block, unknown, at: pointer))
            case (_, .array(let elements)?):
                for (index, element) in elements.enumerated() {
                    found.formUnion(nested.block.sensitivePointers(in: element, unknown, at: pointer.appending(index)))
                }
            case (.map, .object(let members)?):
                for (key, member) in members {
                    found.formUnion(nested.block.sensitivePointers(in: member, unknown, at: pointer.appending(key)))
                }
            default: continue
            }
        }
        return found
    }
}
