/// One condition of a version constraint: `>= 1.2.0`, `~> 1.0`.
package struct VersionConstraint: Sendable, Hashable, CustomStringConvertible {
    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case greater = ">"
        case less = "<"
        case atLeast = ">="
        case atMost = "<="
        case pessimistic = "~>"
    }

    package var comparison: Comparison
    /// As written after the operator.
    package var version: String

    package init(_ comparison: Comparison, _ version: String) {
        self.comparison = comparison
        self.version = version
    }

    package var description: String { comparison == .equal ? version : "\(comparison.rawValue) \(version)" }
}
