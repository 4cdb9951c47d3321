import HCL
import ProviderKit

/// Takes two values apart where they differ.
struct DifferenceBuilder {
    /// Where a change makes a new object necessary.
    var replacing: Set<[PathStep]> = []
    /// Whether an empty text of an attribute counts as none, as it does for providers with the older SDK.
    var emptyIsAbsent = false

    /// A value of a type that the schema leaves open, or that has none: taken for what JSON makes of it.
    func open(_ before: Value?, _ after: Value?, at path: [PathStep] = []) -> Difference {
        if let special = special(before, after, path, open) { return special }
        if let before, let after, Kind(before) != Kind(after) {
            return Difference(form: .other(before: open(before, nil), after: open(nil, after)), action: .update)
        }
        switch Kind(after ?? before ?? .null()) {
        case .object:
            let members = DifferenceBuilder.members(before, after).map { ($0, open($1, $2)) }
            return Difference(form: .object(members), action: .whole(before, after, members.map(\.1)))
        case .array:
            let elements = elements(before, after) { open($0, $1) }
            return Difference(form: .list(elements), action: .whole(before, after, elements))
        default: return Difference(form: .primitive(before: before, after: after), action: Difference.Action(before, after))
        }
    }

    /// A value of the type that the schema says; null counts as none.
    func typed(_ before: Value?, _ after: Value?, as type: ValueType, at path: [PathStep]) -> Difference {
        let (before, after) = (present(before), present(after))
        let inner: (Value?, Value?) -> Difference = { typed($0, $1, as: type, at: path) }
        if let special = special(before, after, path, { old, new, _ in inner(old, new) }) { return special }
        let difference: Difference
        switch type {
        case .dynamic: return open(before, after, at: path)
        case .object(let types, _):
            let members = DifferenceBuilder.members(before, after).compactMap { name, old, new -> (String, Difference)? in
                if present(old) == nil, present(new) == nil { return nil }
                return (name, typed(old, new, as: types[name] ?? .dynamic, at: path + [.attribute(name)]))
            }
            difference = Difference(form: .object(members), action: .whole(before, after, members.map(\.1)))
        case .map(let element):
            let members = DifferenceBuilder.members(before, after).map { name, old, new in
                (name, typed(old, new, as: element, at: path + [.index(.string(name))]))
            }
            difference = Difference(form: .map(members), action: .whole(before, after, members.map(\.1)))
        case .list(let element):
            let elements = elements(before, after) { typed($0, $1, as: element, at: path) }
            difference = Difference(form: .list(elements), action: .whole(before, after, elements))
        case .tuple(let types):
            let pairs = DifferenceBuilder.pairs(before?.elements ?? [], after?.elements ?? [])
            let elements = pairs.enumerated().map { index, pair in
                typed(pair.0, pair.1, as: types.indices.contains(index) ? types[index] : .dynamic, at: path)
            }
            difference = Difference(form: .list(elements), action: .whole(before, after, elements))
        case .set(let element):
            let elements = setPairs(before, after).map { typed($0, $1, as: element, at: path) }
            difference = Difference(form: .set(elements), action: .whole(before, after, elements))
        default: difference = Difference(form: .primitive(before: before, after: after), action: Difference.Action(before, after))
        }
        return replaced(difference, path)
    }

    func replaced(_ difference: Difference, _ path: [PathStep]) -> Difference {
        var difference = difference
        difference.forcesReplacement = replacing.contains(path)
        return difference
    }

    /// What is sensitive or not known is not taken apart.
    private func special(
        _ before: Value?, _ after: Value?, _ path: [PathStep], _ inner: (Value?, Value?, [PathStep]) -> Difference
    ) -> Difference? {
        let wasSensitive = before?.marks.contains(.sensitive) ?? false
        let isSensitive = after?.marks.contains(.sensitive) ?? false
        if wasSensitive || isSensitive {
            let action = Difference.Action(before, after)
            let mark: Difference.Mark? =
                before == nil || after == nil || wasSensitive == isSensitive ? nil : isSensitive ? .gained : .lost
            return replaced(
                Difference(
                    form: .sensitive(changesMark: mark, isValueSame: action == .none),
                    action: mark != nil && action == .none ? .update : action),
                path)
        }
        guard let after, !after.isKnown else { return nil }
        let old = before.map { inner($0, nil, path) }.map {
            var bare = $0; bare.forcesReplacement = false; return bare
        }
        return replaced(Difference(form: .unknown(before: old), action: before == nil ? .create : .update), path)
    }

    func present(_ value: Value?) -> Value? {
        guard let value, !value.isNull else { return nil }
        return emptyIsAbsent && value.stringValue?.isEmpty == true ? nil : value
    }

    // MARK: Pairs

    static func members(_ before: Value?, _ after: Value?) -> [(String, Value?, Value?)] {
        let (old, new) = (before?.members ?? [:], after?.members ?? [:])
        return Set(old.keys).union(new.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { ($0, old[$0], new[$0]) }
    }

    static func pairs(_ before: [Value], _ after: [Value]) -> [(Value?, Value?)] {
        (0..<max(before.count, after.count)).map {
            (before.indices.contains($0) ? before[$0] : nil, after.indices.contains($0) ? after[$0] : nil)
        }
    }

    private func elements(_ before: Value?, _ after: Value?, _ inner: (Value?, Value?) -> Difference) -> [Difference] {
        let (old, new) = (before?.elements ?? [], after?.elements ?? [])
        // Lists of one length are compared place by place, unless the old elements are all still there.
        if old.count == new.count, old.contains(where: { !new.contains($0) }) { return zip(old, new).map { inner($0, $1) } }
        return Alignment.pairs(old, new) { $0.members != nil && $1.members != nil }.map { inner($0, $1) }
    }

    func setPairs(_ before: Value?, _ after: Value?) -> [(Value?, Value?)] {
        let (old, new) = (before?.elements ?? [], after?.elements ?? [])
        return old.map { ($0, new.contains($0) ? $0 : nil) } + new.filter { !old.contains($0) }.map { (nil, $0) }
    }

    /// What JSON makes of a value.
    private enum Kind {
        case null, bool, number, string, array, object

        init(_ value: Value) {
            switch value.content {
            case .null, .unknown: self = .null
            case .bool: self = .bool
            case .number: self = .number
            case .string: self = .string
            case .elements: self = .array
            case .members: self = .object
            }
        }
    }
}
