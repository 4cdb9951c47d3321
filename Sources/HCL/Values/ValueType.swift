/// The type of a value, or a constraint on one (`dynamic` in any place means "any type there").
package indirect enum ValueType: Sendable, Hashable {
    case bool
    case number
    case string
    case list(ValueType)
    case set(ValueType)
    case map(ValueType)
    case tuple([ValueType])
    /// Attributes by name; `optional` only occurs in constraints.
    case object([String: ValueType], optional: Set<String>)
    /// Not known yet; the type of an untyped null or unknown.
    case dynamic
}
