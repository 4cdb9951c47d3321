/// Functions of maps and objects.
enum MapFunctions {
    static let all: [Function] = [keys, lookup, merge, transpose, values, zipmap]

    private static let keys = Function(
        "keys", [Function.Parameter("inputMap", .dynamic, allowsUnknown: true, allowsMarked: true)],
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[0].type {
            case .map: return .list(.string)
            case .object(let attributes, _): return .tuple(attributes.map { _ in .string })
            default: throw FunctionError(argument: 0, "must have map or object type")
            }
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let (value, marks) = arguments[0].unmarked()
            // What an object has is known by its type.
            if let attributes = value.type.attributeTypes {
                return Value.tuple(attributes.sortedByName.map { .string($0.0) }).marked(with: marks)
            }
            guard value.isKnown else { return Value.unknown(type).marked(with: marks) }
            return .list(value.sortedMembers.map { .string($0.0) }, of: .string, marks: marks)
        })

    private static let values = Function(
        "values", [.marked("mapping")],
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[0].type {
            case .map(let element): return .list(element)
            case .object(let attributes, _): return .tuple(attributes.sortedByName.map(\.1))
            default: throw FunctionError("values() requires a map as the first argument")
            }
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let members = arguments[0].sortedMembers.map(\.1)
            if let element = type.elementType { return .list(members, of: element, marks: arguments[0].marks) }
            return Value.tuple(members).marked(with: arguments[0].marks)
        })

    private static let lookup = Function(
        "lookup",
        [
            Function.Parameter("inputMap", .dynamic, allowsUnknown: true, allowsMarked: true),
            Function.Parameter("key", .string, allowsUnknown: true, allowsMarked: true),
        ], variadic: .anything("default"), isNeverNull: false,
        returnType: { (arguments, _) throws(FunctionError) in
            guard arguments.count <= 3 else {
                throw FunctionError("lookup() takes two or three arguments, got \(arguments.count)")
            }
            switch arguments[0].type {
            case .object(let attributes, _):
                guard let key = arguments[1].stringValue else { return .dynamic }
                if let type = attributes[key] { return type }
                if arguments.count == 3 { return arguments[2].type }
                throw FunctionError(argument: 0, "the given object has no attribute \(key.goQuoted)")
            case .map(let element):
                if arguments.count == 3, (try? arguments[2].converted(to: element)) == nil {
                    throw FunctionError(argument: 2, "the default value must have the same type as the map elements")
                }
                return element
            default: throw FunctionError(argument: 0, "lookup() requires a map as the first argument")
            }
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let marks = arguments[0].marks.union(arguments[1].marks)
            guard arguments[0].isKnown, let key = arguments[1].stringValue else { return Value.unknown(type).marked(with: marks) }
            if let member = arguments[0].members?[key] { return member.marked(with: marks) }
            guard arguments.count == 3 else {
                throw FunctionError("lookup failed to find key \(Redaction.quoted(key, arguments[1].marks))")
            }
            return try arguments[2].converted(to: type, argument: nil).marked(with: marks)
        })

    private static let merge = Function(
        "merge", [], variadic: Function.Parameter("maps", .dynamic, allowsNull: true, allowsDynamic: true, allowsMarked: true),
        returnType: { (arguments, _) throws(FunctionError) in
            var attributes: [String: ValueType] = [:]
            var types: [ValueType] = []
            var isKnown = true
            for argument in arguments {
                switch argument.type {
                case .dynamic: return .dynamic
                case .object(let own, _):
                    types.append(argument.isNull ? .emptyObject : argument.type)
                    if !argument.isNull { attributes.merge(own) { $1 } }
                case .map(let element):
                    types.append(argument.type)
                    if !argument.isKnown { isKnown = false }
                    for name in (argument.members ?? [:]).keys { attributes[name] = element }
                default: throw FunctionError("arguments must be maps or objects, got \(argument.type.friendlyName.goQuoted)")
                }
            }
            guard let first = types.first else { return .emptyObject }
            if types.allSatisfy({ $0 == first }) { return first }
            return isKnown ? .object(attributes, optional: []) : .dynamic
        },
        body: { (arguments, type, _) throws(FunctionError) in
            var members: [String: Value] = [:]
            var marks: Marks = []
            for argument in arguments where !argument.isNull {
                marks.formUnion(argument.marks)
                members.merge(argument.members ?? [:]) { $1 }
            }
            if let element = type.elementType { return Value.map(members, of: element).marked(with: marks) }
            return Value.object(members).marked(with: marks)
        })

    private static let transpose = Function(
        "transpose", [Function.Parameter("values", .map(.list(.string)))], returns: .map(.list(.string))
    ) { (arguments, type, _) throws(FunctionError) in
        guard arguments[0].isWhollyKnown else { return .unknown(type) }
        var lists: [String: [Value]] = [:]
        for (key, list) in arguments[0].sortedMembers {
            guard let elements = list.elements else { throw FunctionError("input must not contain null list") }
            for element in elements {
                guard let text = element.stringValue else { throw FunctionError("input list must not contain null string") }
                lists[text, default: []].append(.string(key))
            }
        }
        return .map(lists.mapValues { .list($0, of: .string) }, of: .list(.string))
    }

    private static let zipmap = Function(
        "zipmap", [.marked("keys", .list(.string)), .marked("values")],
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[1].type {
            case .list(let element): return .map(element)
            case .tuple(let types):
                guard arguments[0].isWhollyKnown else { return .dynamic }
                let keys = arguments[0].list
                guard keys.count == types.count else { throw mismatch(keys.count, types.count) }
                var attributes: [String: ValueType] = [:]
                for (index, key) in keys.enumerated() {
                    guard let name = key.stringValue else { throw FunctionError("keys list has null value at index \(index)") }
                    attributes[name] = types[index]
                }
                return .object(attributes, optional: [])
            default: throw FunctionError("values argument must be a list or tuple value")
            }
        },
        body: { (arguments, type, _) throws(FunctionError) in
            var marks = arguments[0].marks.union(arguments[1].marks)
            guard arguments[0].isWhollyKnown else { return Value.unknown(type).marked(with: marks) }
            let (keys, values) = (arguments[0].list, arguments[1].list)
            guard keys.count == values.count else { throw mismatch(keys.count, values.count) }
            var members: [String: Value] = [:]
            for (index, key) in keys.enumerated() {
                guard let name = key.stringValue else { throw FunctionError("keys list has null value at index \(index)") }
                members[name] = values[index]
                marks.formUnion(key.marks)
            }
            if let element = type.elementType { return Value.map(members, of: element).marked(with: marks) }
            return Value.object(members).marked(with: marks)
        })

    private static func mismatch(_ keys: Int, _ values: Int) -> FunctionError {
        FunctionError("number of keys (\(keys)) does not match number of values (\(values))")
    }
}

/// Texts in messages that must not show what is sensitive.
enum Redaction {
    static func quoted(_ text: String, _ marks: Marks) -> String {
        marks.contains(.sensitive) ? "(sensitive value)" : text.goQuoted
    }
}
