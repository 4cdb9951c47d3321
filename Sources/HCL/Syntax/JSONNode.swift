/// A value of HCL's JSON, with its place.
indirect enum JSONNode: Sendable {
    case object([JSONProperty], open: SourceRange, close: SourceRange)
    case array([JSONNode], open: SourceRange, close: SourceRange)
    case string(String, SourceRange)
    case number(Number, SourceRange)
    case bool(Bool, SourceRange)
    case null(SourceRange)
    /// What could not be parsed.
    case invalid(SourceRange)

    var range: SourceRange {
        switch self {
        case .object(_, let open, let close), .array(_, let open, let close): .between(open, close)
        case .string(_, let range), .number(_, let range), .bool(_, let range), .null(let range), .invalid(let range): range
        }
    }

    /// Where diagnostics point: an opening bracket, or the whole of anything else.
    var startRange: SourceRange {
        switch self {
        case .object(_, let open, _), .array(_, let open, _): open
        default: range
        }
    }
}

/// `"name": value`
struct JSONProperty: Sendable {
    var name: String
    var nameRange: SourceRange
    var value: JSONNode

    var range: SourceRange { .between(nameRange, value.range) }
}
