/// A function of the language: what it accepts, and how a result comes of it.
///
/// The callbacks see arguments that were converted to the parameters' types. What a parameter does not allow is dealt with
/// before them: nulls are refused, marks are taken off and put on the result, and an unknown argument makes the result unknown.
package struct Function: Sendable {
    /// Computes the type of the result; sees unknown values even where the parameter does not allow them.
    package typealias ReturnType = @Sendable ([Value], FunctionEnvironment) throws(FunctionError) -> ValueType
    /// Computes the result; the type is what ``ReturnType`` said.
    package typealias Body = @Sendable ([Value], ValueType, FunctionEnvironment) throws(FunctionError) -> Value

    /// What a function accepts at one place.
    package struct Parameter: Sendable {
        package var name: String
        /// What an argument is converted to; `dynamic` in any place takes what comes.
        package var type: ValueType
        package var allowsNull: Bool
        /// Whether the body wants to see unknown values.
        package var allowsUnknown: Bool
        /// Whether the callbacks want to see values whose very type is unknown.
        package var allowsDynamic: Bool
        /// Whether the callbacks see marks, and then answer for them.
        package var allowsMarked: Bool

        package init(
            _ name: String, _ type: ValueType, allowsNull: Bool = false, allowsUnknown: Bool = false, allowsDynamic: Bool = false,
            allowsMarked: Bool = false
        ) {
            self.name = name
            self.type = type
            self.allowsNull = allowsNull
            self.allowsUnknown = allowsUnknown
            self.allowsDynamic = allowsDynamic
            self.allowsMarked = allowsMarked
        }
    }

    package var name: String
    package var parameters: [Parameter]
    /// What further arguments are; nil if there can be none.
    package var variadic: Parameter?
    /// Whether the result is never null, which holds for an unknown result, too.
    package var isNeverNull: Bool
    package var returnType: ReturnType
    package var body: Body

    package init(
        _ name: String, _ parameters: [Parameter], variadic: Parameter? = nil, isNeverNull: Bool = true,
        returnType: @escaping ReturnType, body: @escaping Body
    ) {
        self.name = name
        self.parameters = parameters
        self.variadic = variadic
        self.isNeverNull = isNeverNull
        self.returnType = returnType
        self.body = body
    }

    /// A function whose result has the same type always.
    package init(
        _ name: String, _ parameters: [Parameter], variadic: Parameter? = nil, isNeverNull: Bool = true, returns type: ValueType,
        body: @escaping Body
    ) {
        self.init(
            name, parameters, variadic: variadic, isNeverNull: isNeverNull,
            returnType: { (_, _) throws(FunctionError) in type }, body: body)
    }

    /// What the argument at this place is given to; nil if there are too many.
    package func parameter(at index: Int) -> Parameter? {
        index < parameters.count ? parameters[index] : variadic
    }
}

/// What a function finds wrong.
package struct FunctionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The argument at fault, counted from zero; nil if it is the call as a whole.
    package var argument: Int?
    /// A phrase in lower case without a period, as in `invalid value for "x" parameter: …`.
    package var message: String

    package init(argument: Int? = nil, _ message: String) {
        self.argument = argument
        self.message = message
    }

    package var description: String { message }
}

/// What functions know of the world around them.
package struct FunctionEnvironment: Sendable {
    /// What relative paths start from, absolute.
    package var baseDirectory: String
    /// Files outside of it are refused; nil allows every path.
    package var allowedRoot: String?
    /// Directories that may be read beside that one: those of modules that were fetched. Absolute.
    package var packages: [String]
    /// Whether `a || b` and `a && b` have a value as soon as `a` decides it, whatever is wrong with `b`: since Terraform 1.12.
    package var shortensLogic: Bool
    /// What `plantimestamp()` says, in RFC 3339; nil if that is not known yet.
    package var planTimestamp: String?
    /// What `timestamp()` says, in RFC 3339; nil while planning, when it and its kind (`uuid`, `bcrypt`) are unknown.
    package var timestamp: String?
    /// What templates of `templatefile` and `templatestring` can call.
    package var functions: [String: Function]
    /// How many templates are around the call.
    package var templateDepth: Int

    package init(
        baseDirectory: String = ".", allowedRoot: String? = nil, packages: [String] = [], shortensLogic: Bool = false,
        planTimestamp: String? = nil,
        timestamp: String? = nil, functions: [String: Function] = [:], templateDepth: Int = 0
    ) {
        self.baseDirectory = baseDirectory
        self.allowedRoot = allowedRoot
        self.packages = packages
        self.shortensLogic = shortensLogic
        self.planTimestamp = planTimestamp
        self.timestamp = timestamp
        self.functions = functions
        self.templateDepth = templateDepth
    }
}
