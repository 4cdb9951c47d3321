/// Functions of lists, tuples and whatever else has elements in order.
enum CollectionFunctions {
    static let all: [Function] = [
        alltrue, anytrue, chunklist, coalesce, coalescelist, compact, concat, contains, distinct, element, flatten, index, length,
        matchkeys, one, range, reverse, slice, sort, sum,
    ]

    private static let booleans = Function.Parameter("list", .list(.bool))

    private static let alltrue = Function("alltrue", [booleans], returns: .bool) { (arguments, _, _) throws(FunctionError) in
        for element in arguments[0].list {
            if !element.isKnown { return .unknown(.bool) }
            if element.boolValue != true { return .false }
        }
        return .true
    }

    private static let anytrue = Function("anytrue", [booleans], returns: .bool) { (arguments, _, _) throws(FunctionError) in
        let elements = arguments[0].list
        if elements.contains(where: { $0.boolValue == true }) { return .true }
        return elements.allSatisfy(\.isKnown) ? .false : .unknown(.bool)
    }

    private static let chunklist = Function(
        "chunklist", [.marked("list", .list(.dynamic)), .marked("size", .number)],
        returnType: { (arguments, _) throws(FunctionError) in .list(arguments[0].type) },
        body: { (arguments, type, _) throws(FunctionError) in
            let marks = arguments[0].marks.union(arguments[1].marks)
            let size = try arguments[1].integer(prefix: "invalid size: ")
            if size < 0 { throw FunctionError("the size argument must be positive") }
            let elements = arguments[0].list
            let element = arguments[0].type.elementType ?? .dynamic
            if elements.isEmpty { return .list([], of: arguments[0].type, marks: marks) }
            let step = size == 0 ? elements.count : min(size, elements.count)
            let chunks = stride(from: 0, to: elements.count, by: step).map { start in
                Value.list(Array(elements[start..<min(start + step, elements.count)]), of: element)
            }
            return .list(chunks, of: arguments[0].type, marks: marks)
        })

    private static let values = Function.Parameter.anything("vals", allowsMarked: false)

    private static let coalesce = Function(
        "coalesce", [], variadic: values,
        returnType: { (arguments, _) throws(FunctionError) in
            guard !arguments.isEmpty, let type = ValueType.unify(arguments.map(\.type)) else {
                throw FunctionError("all arguments must have the same type")
            }
            return type
        },
        body: { (arguments, type, _) throws(FunctionError) in
            for argument in arguments {
                let value = try argument.converted(to: type, argument: nil)
                if !value.isKnown { return .unknown(type) }
                if value.isNull || (type == .string && value.stringValue?.isEmpty == true) { continue }
                return value
            }
            throw FunctionError("no non-null, non-empty-string arguments")
        })

    private static let coalescelist = Function(
        "coalescelist", [], variadic: values,
        returnType: { (arguments, _) throws(FunctionError) in
            guard let first = arguments.first else { throw FunctionError("at least one argument is required") }
            for argument in arguments {
                if !argument.isKnown { return .dynamic }
                guard argument.type.isSequence else { throw FunctionError("coalescelist arguments must be lists or tuples") }
            }
            return arguments.allSatisfy { $0.type == first.type } ? first.type : .dynamic
        },
        body: { (arguments, type, _) throws(FunctionError) in
            for argument in arguments {
                if !argument.isKnown { return .unknown(type) }
                if !argument.list.isEmpty { return argument }
            }
            throw FunctionError("no non-null arguments")
        })

    private static let compact = Function(
        "compact", [Function.Parameter("list", .list(.string))], returns: .list(.string)
    ) { (arguments, type, _) throws(FunctionError) in
        guard arguments[0].isWhollyKnown else { return .unknown(type) }
        return .list(arguments[0].list.filter { $0.stringValue?.isEmpty == false }, of: .string)
    }

    private static let concat = Function(
        "concat", [], variadic: .marked("seqs"),
        returnType: { (arguments, _) throws(FunctionError) in
            if arguments.isEmpty { throw FunctionError("at least one argument is required") }
            if arguments.allSatisfy(\.type.isList), let type = ValueType.unify(arguments.map(\.type)) { return type }
            var types: [ValueType] = []
            for (index, argument) in arguments.enumerated() {
                switch argument.type {
                case .tuple(let elements): types += elements
                case .list(let element):
                    guard argument.isKnown else { return .dynamic }
                    types += argument.list.map { _ in element }
                default:
                    let name = argument.type.friendlyName
                    throw FunctionError(argument: index, "all arguments must be lists or tuples; got \(name)")
                }
            }
            return .tuple(types)
        },
        body: { (arguments, type, _) throws(FunctionError) in
            var elements: [Value] = []
            var marks: Marks = []
            for (index, argument) in arguments.enumerated() {
                let part = type.isList ? try argument.converted(to: type, argument: index) : argument
                elements += part.list
                marks.formUnion(part.marks)
            }
            if let element = type.elementType { return .list(elements, of: element, marks: marks) }
            return Value.tuple(elements).marked(with: marks)
        })

    private static let contains = Function(
        "contains", [.any("list"), .any("value")], returns: .bool
    ) { (arguments, _, _) throws(FunctionError) in
        guard arguments[0].type.isSequence || arguments[0].type.isSet else {
            throw FunctionError("argument must be list, tuple, or set")
        }
        var isKnown = true
        for element in arguments[0].list {
            switch arguments[1].equals(element).boolValue {
            case true?: return .true
            case nil: isKnown = false
            default: break
            }
        }
        return isKnown ? .false : .unknown(.bool)
    }

    private static let distinct = Function(
        "distinct", [Function.Parameter("list", .list(.dynamic))],
        returnType: { (arguments, _) throws(FunctionError) in arguments[0].type },
        body: { (arguments, type, _) throws(FunctionError) in
            guard arguments[0].isWhollyKnown else { return .unknown(type) }
            var seen: Set<Value> = []
            return .list(arguments[0].list.filter { seen.insert($0).inserted }, of: type.elementType ?? .dynamic)
        })

    private static let element = Function(
        "element", [.marked("list"), .number("index")],
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[0].type {
            case .list(let element): return element
            case .tuple(let elements):
                guard arguments[1].isKnown else { return .dynamic }
                let index = try arguments[1].integer(prefix: "invalid index: ")
                if elements.isEmpty { throw FunctionError("cannot use element function with an empty list") }
                return elements[try wrapped(index, elements.count)]
            default: throw FunctionError("cannot read elements from \(arguments[0].type.friendlyName)")
            }
        },
        body: { (arguments, _, _) throws(FunctionError) in
            let index = try arguments[1].integer(prefix: "invalid index: ")
            let elements = arguments[0].list
            if elements.isEmpty { throw FunctionError("cannot use element function with an empty list") }
            return elements[try wrapped(index, elements.count)].marked(with: arguments[0].marks)
        })

    private static func wrapped(_ index: Int, _ count: Int) throws(FunctionError) -> Int {
        // Terraform of this version divides with a remainder that may be negative, and then fails.
        let remainder = index % count
        guard remainder >= 0 else {
            throw FunctionError("panic in function implementation: runtime error: index out of range [\(remainder)]")
        }
        return remainder
    }

    private static let flatten = Function(
        "flatten", [.marked("list")],
        returnType: { (arguments, _) throws(FunctionError) in
            guard arguments[0].isWhollyKnown else { return .dynamic }
            guard arguments[0].type.isSequence || arguments[0].type.isSet else {
                throw FunctionError("can only flatten lists, sets and tuples")
            }
            var flat = Flat()
            flat.add(arguments[0])
            return flat.isKnown ? .tuple(flat.elements.map(\.type)) : .dynamic
        },
        body: { (arguments, type, _) throws(FunctionError) in
            var flat = Flat()
            flat.add(arguments[0])
            guard flat.elements.count <= FunctionLimits.elementsMax else { throw FunctionError("too many elements") }
            let result = flat.isKnown || arguments[0].length == 0 ? Value.tuple(flat.elements) : .unknown(type)
            return result.marked(with: flat.marks)
        })

    /// The elements of sequences in sequences, and the marks of the sequences.
    private struct Flat {
        var elements: [Value] = []
        var marks: Marks = []
        var isKnown = true

        mutating func add(_ sequence: Value) {
            marks.formUnion(sequence.marks)
            for element in sequence.list {
                if element.type == .dynamic, !element.isKnown { isKnown = false }
                guard !element.isNull, element.type.isSequence || element.type.isSet else {
                    elements.append(element)
                    continue
                }
                if element.isKnown {
                    add(element)
                } else {
                    isKnown = false
                    marks.formUnion(element.marks)
                }
            }
        }
    }

    private static let index = Function("index", [.any("list"), .any("value")], returns: .number) {
        (arguments, _, _) throws(FunctionError) in
        guard arguments[0].type.isSequence else { throw FunctionError("argument must be a list or tuple") }
        if arguments[0].list.isEmpty { throw FunctionError("cannot search an empty list") }
        for (index, element) in arguments[0].list.enumerated() {
            guard let isEqual = element.equals(arguments[1]).boolValue else { return .unknown(.number) }
            if isEqual { return .integer(index) }
        }
        throw FunctionError("item not found")
    }

    private static let length = Function(
        "length", [Function.Parameter("value", .dynamic, allowsUnknown: true, allowsDynamic: true, allowsMarked: true)],
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[0].type {
            case .string, .tuple, .object, .list, .map, .set, .dynamic: return .number
            default: throw FunctionError("argument must be a string, a collection type, or a structural type")
            }
        },
        body: { (arguments, _, _) throws(FunctionError) in
            let (value, marks) = arguments[0].unmarked()
            guard value.type == .string else { return value.lengthValue.marked(with: marks) }
            if let text = value.stringValue { return .integer(text.graphemeCount).marked(with: marks) }
            var refinement = Refinement(isNotNull: true)
            let least = value.refinement?.prefix?.graphemeCount ?? 0
            refinement.numberMin = Refinement.NumberBound(number: Number(least), isInclusive: true)
            return Value.unknown(.number, refinement).marked(with: marks)
        })

    private static let anyList: ValueType = .list(.dynamic)

    private static let matchkeys = Function(
        "matchkeys",
        [Function.Parameter("values", anyList), Function.Parameter("keys", anyList), Function.Parameter("searchset", anyList)],
        returnType: { (arguments, _) throws(FunctionError) in
            guard ValueType.unify([arguments[1].type, arguments[2].type]) != nil else {
                throw FunctionError("keys and searchset must be of the same type")
            }
            return arguments[0].type
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let values = arguments[0].list
            guard values.count == arguments[1].list.count else { throw FunctionError("length of keys and values should be equal") }
            let common = ValueType.unify([arguments[1].type, arguments[2].type]) ?? arguments[1].type
            let keys = try arguments[1].converted(to: common, argument: 1)
            let wanted = try arguments[2].converted(to: common, argument: 2)
            let element = type.elementType ?? .dynamic
            if wanted.list.isEmpty { return .list([], of: element) }
            guard arguments[0].isWhollyKnown, keys.isWhollyKnown else { return .unknown(type) }
            var result: [Value] = []
            for (key, value) in zip(keys.list, values) {
                for candidate in wanted.list {
                    guard let isEqual = key.equals(candidate).boolValue else { return .list([], of: element) }
                    if isEqual {
                        result.append(value)
                        break
                    }
                }
            }
            return .list(result, of: element)
        })

    private static let notOne = FunctionError(argument: 0, "must be a list, set, or tuple value with either zero or one elements")

    private static let one = Function(
        "one", [.any("list")], isNeverNull: false,
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[0].type {
            case .list(let element), .set(let element): return element
            case .tuple(let elements) where elements.count <= 1: return elements.first ?? .dynamic
            default: throw notOne
            }
        },
        body: { (arguments, type, _) throws(FunctionError) in
            guard let range = arguments[0].lengthRange, range.lower == range.upper else { return .unknown(type) }
            guard range.lower <= 1 else { throw notOne }
            return arguments[0].list.first ?? .null(type)
        })

    private static let reverse = Function(
        "reverse", [.marked("list")],
        returnType: { (arguments, _) throws(FunctionError) in
            switch arguments[0].type {
            case .tuple(let elements): return .tuple(elements.reversed())
            case .list(let element), .set(let element): return .list(element)
            default:
                let name = arguments[0].type.friendlyName
                throw FunctionError(argument: 0, "can only reverse list or tuple values, not \(name)")
            }
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let elements = Array(arguments[0].list.reversed())
            if let element = type.elementType { return .list(elements, of: element, marks: arguments[0].marks) }
            return Value.tuple(elements).marked(with: arguments[0].marks)
        })

    private static let slice = Function(
        "slice", [.marked("list"), .number("start_index"), .number("end_index")],
        returnType: { (arguments, _) throws(FunctionError) in
            if arguments[0].type.isSet {
                throw FunctionError(
                    argument: 0,
                    "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the "
                        + "result is not important")
            }
            guard arguments[0].type.isSequence else { throw FunctionError(argument: 0, "must be a list or tuple value") }
            let range = try bounds(arguments)
            guard case .tuple(let elements) = arguments[0].type else { return arguments[0].type }
            return range.map { .tuple(Array(elements[$0])) } ?? .dynamic
        },
        body: { (arguments, type, _) throws(FunctionError) in
            guard let range = try bounds(arguments) else { return .unknown(type).marked(with: arguments[0].marks) }
            let elements = Array(arguments[0].list[range])
            if let element = type.elementType { return .list(elements, of: element, marks: arguments[0].marks) }
            return Value.tuple(elements).marked(with: arguments[0].marks)
        })

    /// What `slice` takes; nil if that is not known.
    private static func bounds(_ arguments: [Value]) throws(FunctionError) -> Range<Int>? {
        let range = arguments[0].lengthRange
        let length = range.flatMap { $0.lower == $0.upper ? $0.lower : nil }
        func bound(_ argument: Int, _ name: String) throws(FunctionError) -> Int? {
            guard arguments[argument].isKnown else { return nil }
            let index = try arguments[argument].integer(argument: argument, prefix: "invalid \(name) index: ")
            if index < 0 { throw FunctionError(argument: argument, "\(name) index must not be less than zero") }
            if let length, index > length {
                throw FunctionError(argument: argument, "\(name) index must not be greater than the length of the list")
            }
            return index
        }
        let start = try bound(1, "start")
        let end = try bound(2, "end")
        guard let start, let end else { return nil }
        if start > end { throw FunctionError(argument: 1, "start index must not be greater than end index") }
        return length == nil ? nil : start..<end
    }

    private static let sort = Function(
        "sort", [Function.Parameter("list", .list(.string), allowsUnknown: true)], returns: .list(.string)
    ) { (arguments, type, _) throws(FunctionError) in
        guard arguments[0].isWhollyKnown else {
            let range = arguments[0].lengthRange
            return .unknown(type, Refinement(isNotNull: true, lengthMin: range?.lower, lengthMax: range?.upper))
        }
        var texts: [String] = []
        for (index, element) in arguments[0].list.enumerated() {
            guard let text = element.stringValue else {
                throw FunctionError("given list element \(index) is null; a null string cannot be sorted")
            }
            texts.append(text)
        }
        return .list(texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) }, of: .string)
    }
}
