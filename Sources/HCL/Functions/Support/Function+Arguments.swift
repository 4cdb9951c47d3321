/// How much functions make or read at most.
enum FunctionLimits {
    /// Of a text, in bytes.
    static let textMax = 16 << 20
    /// Of a collection.
    static let elementsMax = 1_000_000
}

extension Function.Parameter {
    /// Takes any value, but neither null nor unknown ones.
    static func any(_ name: String) -> Function.Parameter { Function.Parameter(name, .dynamic) }

    static func string(_ name: String) -> Function.Parameter { Function.Parameter(name, .string) }

    static func number(_ name: String) -> Function.Parameter { Function.Parameter(name, .number) }

    /// Takes any value with its marks.
    static func marked(_ name: String, _ type: ValueType = .dynamic) -> Function.Parameter {
        Function.Parameter(name, type, allowsMarked: true)
    }

    /// Takes whatever there is.
    static func anything(_ name: String, allowsMarked: Bool = true) -> Function.Parameter {
        Function.Parameter(name, .dynamic, allowsNull: true, allowsUnknown: true, allowsDynamic: true, allowsMarked: allowsMarked)
    }
}

extension Value {
    /// The content of what a parameter made sure is a known string.
    var string: String { stringValue ?? "" }

    /// The content of what a parameter made sure is a known number.
    var number: Number { numberValue ?? .zero }

    /// The elements of what is a known list, set or tuple.
    var list: [Value] { elements ?? [] }

    /// The content as an integer that fits.
    func integer(argument: Int? = nil, prefix: String = "") throws(FunctionError) -> Int {
        guard let integer = number.int else {
            let range = "value must be a whole number, between -9223372036854775808 and 9223372036854775807"
            throw FunctionError(argument: argument, prefix + range)
        }
        return integer
    }

    /// The content as a `Double`.
    func double() throws(FunctionError) -> Double {
        let double = number.double
        if double.isInfinite, !number.isInfinite {
            throw FunctionError("value must be between -1.7976931348623157e+308 and 1.7976931348623157e+308 inclusive")
        }
        return double
    }

    /// The value as one of a type, or an error about an argument.
    func converted(to type: ValueType, argument: Int?) throws(FunctionError) -> Value {
        do throws(ConversionError) {
            return try converted(to: type)
        } catch {
            throw FunctionError(argument: argument, error.description)
        }
    }

    /// A text, unless it has become too long.
    static func boundedString(_ text: @autoclosure () -> String, bytes: Int) throws(FunctionError) -> Value {
        guard bytes <= FunctionLimits.textMax else { throw FunctionError("the result is longer than \(FunctionLimits.textMax >> 20) MiB") }
        return .string(text())
    }

    /// A list of the elements with marks of its own.
    static func list(_ elements: [Value], of type: ValueType, marks: Marks) -> Value { .list(elements, of: type).marked(with: marks) }
}

extension ValueType {
    /// A list or a tuple.
    var isSequence: Bool { isList || isTuple }
}
