extension Evaluator {
    /// Both operands are computed always; see ``isDecided(_:_:)`` for when the right one may fail.
    func binary(_ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ whole: Expression) -> Evaluated {
        let (leftValue, leftDiagnostics) = evaluate(left)
        let (rightValue, rightDiagnostics) = evaluate(right)
        if rightDiagnostics.hasErrors || rightValue.isNull, !leftDiagnostics.hasErrors, isDecided(operation, leftValue) {
            return (leftValue, leftDiagnostics)
        }
        var diagnostics = leftDiagnostics + rightDiagnostics
        let a = operand(leftValue, operation.operandType, "left", left, whole, &diagnostics)
        let b = operand(rightValue, operation.operandType, "right", right, whole, &diagnostics)
        guard let a, let b, !diagnostics.hasErrors else { return (.unknown(operation.resultType), diagnostics) }
        let (bareA, marksA) = a.unmarkedDeep()
        let (bareB, marksB) = b.unmarkedDeep()
        return finish(operation.apply(bareA, bareB), operation.resultType, marksA.union(marksB), whole, diagnostics)
    }

    /// Whether the left operand alone tells the result, so that it does not matter that the right one has none.
    ///
    /// Terraform 1.11 has no short cuts, 1.12 does, and modules guard what they compute with `var.a == null || length(var.a) > 0`.
    private func isDecided(_ operation: BinaryOperator, _ value: Value) -> Bool {
        guard context.environment.shortensLogic, case .bool(let flag) = value.unmarkedDeep().0.content else { return false }
        return operation == .or && flag || operation == .and && !flag
    }

    func unary(_ operation: UnaryOperator, _ operand: Expression, _ whole: Expression) -> Evaluated {
        let type: ValueType = operation == .not ? .bool : .number
        var (value, diagnostics) = evaluate(operand)
        let converted = self.operand(value, type, "unary", operand, whole, &diagnostics)
        guard let converted, !diagnostics.hasErrors else { return (.unknown(type), diagnostics) }
        value = converted.bare
        let result: Result<Value?, OperationError> =
            switch value.content {
            case .null: .failure(.null)
            case .bool(let flag): .success(.bool(!flag))
            case .number(let number): .success(.number(-number))
            default: .success(nil)
            }
        return finish(result, type, converted.marks, whole, diagnostics)
    }

    private func operand(
        _ value: Value, _ type: ValueType, _ side: String, _ expression: Expression, _ whole: Expression, _ diagnostics: inout Diagnostics
    ) -> Value? {
        do {
            return try value.converted(to: type)
        } catch {
            let detail = "Unsuitable value for \(side) operand: \(error.message)."
            diagnostics.append(fault("Invalid operand", detail, expression.range, context: whole.range, about: expression))
            return nil
        }
    }

    private func finish(
        _ result: Result<Value?, OperationError>, _ type: ValueType, _ marks: Marks, _ whole: Expression, _ diagnostics: Diagnostics
    ) -> Evaluated {
        switch result {
        case .success(let value):
            return ((value ?? .unknown(type, .notNull)).marked(with: marks), diagnostics)
        case .failure(let error):
            let detail = "Error during operation: \(error.message)."
            return (.unknown(type), diagnostics + [fault("Operation failed", detail, whole.range, about: whole)])
        }
    }
}

/// Why operands of the right type have no result.
struct OperationError: Error {
    var message: String

    static let null = OperationError(message: "argument must not be null")
}

extension BinaryOperator {
    /// What operands are converted to; `dynamic` if they stay as they are.
    var operandType: ValueType {
        switch self {
        case .or, .and: .bool
        case .equal, .notEqual: .dynamic
        default: .number
        }
    }

    var resultType: ValueType {
        switch self {
        case .add, .subtract, .multiply, .divide, .modulo: .number
        default: .bool
        }
    }

    /// The result for operands without marks; nil if it is not known.
    func apply(_ left: Value, _ right: Value) -> Result<Value?, OperationError> {
        switch self {
        case .equal: return .success(left.equals(right).boolValue.map { .bool($0) })
        case .notEqual: return .success(left.equals(right).boolValue.map { .bool(!$0) })
        default: break
        }
        if left.isNull || right.isNull { return .failure(.null) }
        switch (left.content, right.content) {
        case (.bool(let a), .bool(let b)): return .success(.bool(self == .or ? a || b : a && b))
        case (.number(let a), .number(let b)): return apply(a, b)
        default: return .success(compareBounds(left, right).map { .bool($0) })
        }
    }

    private func apply(_ a: Number, _ b: Number) -> Result<Value?, OperationError> {
        func number(_ number: Number?, orElse problem: String) -> Result<Value?, OperationError> {
            number.map { .success(.number($0)) } ?? .failure(OperationError(message: problem))
        }
        return switch self {
        case .add: number(a.adding(b), orElse: "can't compute sum of opposing infinities")
        case .subtract: number(a.subtracting(b), orElse: "can't subtract infinity from itself")
        case .multiply: number(a.multiplied(by: b), orElse: "can't multiply zero by infinity")
        case .divide: number(a.divided(by: b), orElse: "can't divide zero by zero or infinity by infinity")
        case .modulo:
            // By zero it is the number itself, even of infinity; Terraform does not get over other infinities.
            number(b.isZero || !a.isInfinite && !b.isInfinite ? a.modulo(b) : nil, orElse: "can't use modulo with zero and infinity")
        case .greater: .success(.bool(a > b))
        case .greaterOrEqual: .success(.bool(a >= b))
        case .less: .success(.bool(a < b))
        default: .success(.bool(a <= b))
        }
    }

    /// Compares numbers of which at least one is not known by what is known of it; nil if that does not decide.
    private func compareBounds(_ left: Value, _ right: Value) -> Bool? {
        switch self {
        case .less: Value.isDefinitely(left, below: right, orEqual: false)
        case .lessOrEqual: Value.isDefinitely(left, below: right, orEqual: true)
        case .greater: Value.isDefinitely(right, below: left, orEqual: false)
        case .greaterOrEqual: Value.isDefinitely(right, below: left, orEqual: true)
        default: nil
        }
    }
}
