/// Functions of lists of numbers.
extension CollectionFunctions {
    static let range = Function(
        "range", [], variadic: .number("params"), returns: .list(.number)
    ) { (arguments, _, _) throws(FunctionError) in
        let numbers = arguments.map(\.number)
        guard (1...3).contains(numbers.count) else { throw FunctionError("must have one, two, or three arguments") }
        let start = numbers.count > 1 ? numbers[0] : .zero
        let end = numbers.count > 1 ? numbers[1] : numbers[0]
        let step = numbers.count > 2 ? numbers[2] : Number(end < start ? -1 : 1)
        let isDown = step < .zero
        if isDown, end > start { throw FunctionError(argument: 1, "end must be less than start when step is negative") }
        if !isDown, end < start { throw FunctionError(argument: 1, "end must be greater than start when step is positive") }
        var result: [Value] = []
        var number = start
        while isDown ? number > end : number < end {
            if result.count >= 1024 {
                throw FunctionError(
                    "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step")
            }
            result.append(.number(number))
            guard let next = number.adding(step) else { throw FunctionError("can't compute sum of opposing infinities") }
            number = next
        }
        return .list(result, of: .number)
    }

    static let sum = Function("sum", [.any("list")], returns: .number) { (arguments, _, _) throws(FunctionError) in
        let value = arguments[0]
        guard let count = value.length else { throw FunctionError(argument: 0, "cannot sum noniterable") }
        if count == 0 { throw FunctionError(argument: 0, "cannot sum an empty list") }
        guard let elements = value.elements else {
            throw FunctionError(argument: 0, "argument must be list, set, or tuple. Received \(value.type.friendlyName)")
        }
        guard value.isWhollyKnown else { return .unknown(.number) }
        var sum: Number?
        for element in elements {
            guard let number = (try? element.converted(to: .number))?.numberValue else {
                // Neither null nor what is no number can be summed.
                throw FunctionError(argument: 0, "argument must be list, set, or tuple of number values")
            }
            guard let next = sum.map({ $0.adding(number) }) ?? number else {
                throw FunctionError("can't compute sum of opposing infinities")
            }
            sum = next
        }
        return .number(sum ?? .zero)
    }
}
