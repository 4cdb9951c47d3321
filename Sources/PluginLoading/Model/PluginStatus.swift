/// What a plugin answered: `berth_status`.
package enum PluginStatus: UInt32, Sendable, Hashable, CustomStringConvertible {
    case ok = 0
    case cancelled = 1
    case failed = 2
    case invalidArgument = 3
    case invalidState = 4
    case unsupported = 5
    case notFound = 6
    case conflict = 7
    case unavailable = 8
    case internalError = 9

    /// The status behind a number from the other side; unknown ones count as ``internalError``.
    package init(wire: UInt32) {
        self = PluginStatus(rawValue: wire) ?? .internalError
    }

    package var description: String {
        switch self {
        case .ok: "ok"
        case .cancelled: "cancelled"
        case .failed: "failed"
        case .invalidArgument: "invalid argument"
        case .invalidState: "invalid state"
        case .unsupported: "unsupported"
        case .notFound: "not found"
        case .conflict: "conflict"
        case .unavailable: "unavailable"
        case .internalError: "internal error"
        }
    }
}
