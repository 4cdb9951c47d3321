extension Function {
    /// Calls the function with arguments that have the parameters' types.
    ///
    /// What a parameter does not allow never gets to the function: a null is an error, an unknown value makes the result unknown,
    /// and marks are taken off and put on the result.
    func call(_ arguments: [Value], _ environment: FunctionEnvironment) throws(FunctionError) -> Value {
        var bare = arguments
        var marks: Marks = []
        var hasUnknown = false
        for (position, argument) in arguments.enumerated() {
            guard let parameter = parameter(at: position) else { continue }
            if !parameter.allowsMarked {
                let (value, found) = argument.unmarkedDeep()
                bare[position] = value
                marks.formUnion(found)
            }
            if argument.isNull && !parameter.allowsNull { throw FunctionError(argument: position, "argument must not be null") }
            if argument.type == .dynamic && !parameter.allowsDynamic {
                // Neither the type nor the value of the result can be told, and later arguments are not looked at but for their marks.
                return .dynamic.marked(with: marks.union(remainingMarks(arguments[(position + 1)...], from: position + 1)))
            }
            if !argument.isKnown && !parameter.allowsUnknown { hasUnknown = true }
        }
        let type = try returnType(bare, environment)
        let result = hasUnknown ? .unknown(type) : try body(bare, type, environment)
        return (isNeverNull ? result.refined { $0.isNotNull = true } : result).marked(with: marks)
    }

    private func remainingMarks(_ arguments: ArraySlice<Value>, from start: Int) -> Marks {
        var marks: Marks = []
        for (position, argument) in zip(start..., arguments) where parameter(at: position)?.allowsMarked == false {
            marks.formUnion(argument.deepMarks)
        }
        return marks
    }
}
