import AgentMachine
import Glibc
import JSON

/// Something measured, printed as Coder prints it.
package struct StatResult: Sendable, Hashable {
    package enum Prefix: String, Sendable {
        case none = ""
        case kibi = "Ki"
        case mebi = "Mi"
        case gibi = "Gi"
        case tebi = "Ti"

        init(_ text: String) throws(CommandError) {
            guard let known = Self(rawValue: text) else { throw CommandError("there is no prefix \"\(text)\"; there are Ki, Mi, Gi and Ti", status: 2) }
            self = known
        }

        var factor: Double {
            switch self {
            case .none: 1
            case .kibi: 1024
            case .mebi: 1_048_576
            case .gibi: 1_073_741_824
            case .tebi: 1_099_511_627_776
            }
        }
    }

    package var used: Double
    package var total: Double?
    package var unit: String

    package init(used: Double, total: Double?, unit: String) { (self.used, self.total, self.unit) = (used, total, unit) }

    /// As `0.5/8 cores (6%)`. Only bytes take a prefix.
    package func text(prefix: Prefix) -> String {
        let prefix = unit == "B" ? prefix : .none
        var text = Self.short(used / prefix.factor)
        if let total { text += "/" + Self.short(total / prefix.factor) }
        if !unit.isEmpty { text += " \(prefix.rawValue)\(unit)" }
        if let total, total > 0 { text += " (\(Int((used / total * 100).rounded()))%)" }
        return text
    }

    var json: JSONValue { ["used": .number(used), "total": total.map { .number($0) } ?? .null, "unit": .string(unit)] }

    /// About three digits, without zeros at the end.
    static func short(_ value: Double) -> String {
        let size = abs(value)
        let digits = size == 0 ? 0 : size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0
        let scale = [1, 10, 100, 1000][digits]
        let rounded = (value * Double(scale)).rounded()
        guard abs(rounded) < 1e15 else { return "\(value)" }
        let number = Int(abs(rounded))
        var text = "\(rounded < 0 ? "-" : "")\(number / scale)"
        var fraction = String(number % scale + scale).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        if !fraction.isEmpty { text += ".\(fraction)" }
        return text
    }
}
