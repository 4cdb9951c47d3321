public import JSON

/// A typed operation of a plugin's own, published through the extension `berth.actions/1`.
///
/// From this declaration the host makes the command, the API route and the form. The function that the host calls is
/// made from it too, so that declaration and function cannot disagree.
public struct Action<P>: Sendable {
    /// Lower case, a to z, 0 to 9 and '-'; unique in the plugin.
    public var id: String
    /// For people.
    public var title: String
    /// What it does, in a sentence.
    public var summary: String
    /// A resource type; nil for the workspace, `*` for the whole backend.
    public var appliesTo: String?
    /// Whether it changes the backend or the state.
    public var mutates: Bool
    /// Whether twice is the same as once.
    public var isIdempotent: Bool
    /// Whether it may lose a user's data.
    public var isDangerous: Bool
    /// At most 12.
    public var parameters: [Parameter]
    /// What it does; results leave by ``Job/output(_:_:isSensitive:)``.
    public var body: @Sendable (P, Arguments, Request, Job) async throws -> Void

    /// Declares an action.
    public init(
        _ id: String, title: String, summary: String, appliesTo: String? = nil, mutates: Bool = false, isIdempotent: Bool = false,
        isDangerous: Bool = false, parameters: [Parameter] = [],
        body: @escaping @Sendable (P, Arguments, Request, Job) async throws -> Void
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.appliesTo = appliesTo
        self.mutates = mutates
        self.isIdempotent = isIdempotent
        self.isDangerous = isDangerous
        self.parameters = parameters
        self.body = body
    }

    var signature: String { id + "(" + parameters.map(\.type.rawValue).joined(separator: ",") + ")" }
}

/// A parameter of an action.
public struct Parameter: Sendable {
    /// What can be passed.
    public enum Kind: String, Sendable {
        case i64, u64, f64, bool, str, bytes, json
    }

    /// Lower case, a to z, 0 to 9 and '-'.
    public var name: String
    /// What can be passed.
    public var type: Kind
    /// One sentence.
    public var summary: String
    /// JSON Schema of the value; nil: any.
    public var constraint: JSONValue?
    /// Used when the caller gives none; nil: the caller must.
    public var defaultValue: JSONValue?

    /// Declares a parameter.
    public init(_ name: String, _ type: Kind, _ summary: String, constraint: JSONValue? = nil, default defaultValue: JSONValue? = nil) {
        self.name = name
        self.type = type
        self.summary = summary
        self.constraint = constraint
        self.defaultValue = defaultValue
    }
}

/// The arguments of one call, by parameter name. Asking for one that is not declared, or as another type, is a bug of
/// the plugin and traps.
public struct Arguments: Sendable {
    enum Value: Sendable {
        case i64(Int64)
        case u64(UInt64)
        case f64(Double)
        case bool(Bool)
        case text(String)
        case bytes([UInt8])
    }

    var values: [String: Value]

    /// An `i64`.
    public func integer(_ name: String) -> Int64 {
        guard case .i64(let value)? = values[name] else { preconditionFailure("no parameter \(name) of type i64 is declared") }
        return value
    }

    /// A `u64`.
    public func unsigned(_ name: String) -> UInt64 {
        guard case .u64(let value)? = values[name] else { preconditionFailure("no parameter \(name) of type u64 is declared") }
        return value
    }

    /// An `f64`.
    public func number(_ name: String) -> Double {
        guard case .f64(let value)? = values[name] else { preconditionFailure("no parameter \(name) of type f64 is declared") }
        return value
    }

    /// A `bool`.
    public func flag(_ name: String) -> Bool {
        guard case .bool(let value)? = values[name] else { preconditionFailure("no parameter \(name) of type bool is declared") }
        return value
    }

    /// A `str`, or the text of a `json`.
    public func text(_ name: String) -> String {
        guard case .text(let value)? = values[name] else { preconditionFailure("no parameter \(name) of type str is declared") }
        return value
    }

    /// A `bytes`.
    public func bytes(_ name: String) -> [UInt8] {
        guard case .bytes(let value)? = values[name] else { preconditionFailure("no parameter \(name) of type bytes is declared") }
        return value
    }
}
