/// Functions of sets.
enum SetFunctions {
    static let all: [Function] = [
        operation("setintersection") { $0.intersection($1) },
        operation("setunion", allowsUnknown: true) { $0.union($1) },
        setsubtract, setproduct,
    ]

    private static func set(_ name: String) -> Function.Parameter { Function.Parameter(name, .set(.dynamic), allowsDynamic: true) }

    private static func operation(
        _ name: String, allowsUnknown: Bool = false, _ combine: @escaping @Sendable (Set<Value>, Set<Value>) -> Set<Value>
    ) -> Function {
        Function(
            name, [set("first_set")], variadic: set("other_sets"),
            returnType: { (arguments, _) throws(FunctionError) in try type(arguments) },
            body: { (arguments, type, _) throws(FunctionError) in
                try combined(arguments, type, allowsUnknown: allowsUnknown, combine)
            })
    }

    private static let setsubtract = Function(
        "setsubtract", [set("a"), set("b")], returnType: { (arguments, _) throws(FunctionError) in try type(arguments) },
        body: { (arguments, type, _) throws(FunctionError) in
            try combined(arguments, type, allowsUnknown: false) { $0.subtracting($1) }
        })

    /// A set of what the elements of all have in common; empty sets of no certain type do not count.
    private static func type(_ arguments: [Value]) throws(FunctionError) -> ValueType {
        let types = arguments.compactMap { argument in
            let element = argument.type.elementType ?? .dynamic
            return element == .dynamic && argument.length == 0 ? nil : element
        }
        if types.isEmpty { return .set(.dynamic) }
        guard let common = ValueType.unify(types) else {
            throw FunctionError("given sets must all have compatible element types")
        }
        return .set(common)
    }

    private static func combined(
        _ arguments: [Value], _ type: ValueType, allowsUnknown: Bool, _ combine: (Set<Value>, Set<Value>) -> Set<Value>
    ) throws(FunctionError) -> Value {
        var result: Set<Value>?
        for (index, argument) in arguments.enumerated() {
            let converted = try argument.converted(to: type, argument: index)
            guard allowsUnknown || converted.isWhollyKnown else { return .unknown(type) }
            let elements = Set(converted.list)
            result = result.map { combine($0, elements) } ?? elements
        }
        return .set(Array(result ?? []), of: type.elementType ?? .dynamic)
    }

    private static let setproduct = Function(
        "setproduct", [], variadic: Function.Parameter("sets", .dynamic, allowsUnknown: true, allowsMarked: true),
        returnType: { (arguments, _) throws(FunctionError) in
            guard arguments.count >= 2 else { throw FunctionError("at least two arguments are required") }
            var types: [ValueType] = []
            for (index, argument) in arguments.enumerated() {
                switch argument.type {
                case .set(let element), .list(let element): types.append(element)
                case .tuple(let elements) where elements.isEmpty: types.append(.dynamic)
                case .tuple(let elements):
                    guard let common = ValueType.unify(elements) else {
                        throw FunctionError(argument: index, "all elements must be of the same type")
                    }
                    types.append(common)
                default: throw FunctionError(argument: index, "a set or a list is required")
                }
            }
            return arguments.contains(where: \.type.isSet) ? .set(.tuple(types)) : .list(.tuple(types))
        },
        body: { (arguments, type, _) throws(FunctionError) in
            let marks = arguments.reduce(into: Marks()) { $0.formUnion($1.marks) }
            let ranges = arguments.map { $0.lengthRange ?? (0, nil) }
            guard ranges.allSatisfy({ $0.lower == $0.upper }), arguments.allSatisfy(\.isKnown) else {
                return productOfUnknown(ranges.map(\.upper), type).marked(with: marks)
            }
            let element = type.elementType ?? .dynamic
            let types = element.elementTypes ?? []
            var product: [[Value]] = [[]]
            for (argument, type) in zip(arguments, types) {
                var values: [Value] = []
                for value in argument.list { values.append(try value.converted(to: type, argument: nil)) }
                guard product.count * values.count * arguments.count <= FunctionLimits.elementsMax else {
                    throw FunctionError("too many combinations: at most \(FunctionLimits.elementsMax) values can result")
                }
                product = product.flatMap { head in values.map { head + [$0] } }
            }
            let tuples = product.map { Value.tuple($0) }
            let result = type.isSet ? Value.set(tuples, of: element) : Value.list(tuples, of: element)
            return result.marked(with: marks)
        })

    /// A result of which perhaps only the greatest length is known.
    private static func productOfUnknown(_ lengths: [Int?], _ type: ValueType) -> Value {
        var most = 1
        for length in lengths {
            guard let length, length <= 1024, most * length <= 2048 else { return .unknown(type) }
            most *= length
        }
        if most == 0 { return type.isSet ? .set([], of: type.elementType ?? .dynamic) : .list([], of: type.elementType ?? .dynamic) }
        return .unknown(type, Refinement(isNotNull: true, lengthMin: 1, lengthMax: most))
    }
}
