/// What must be said of a value wherever it goes.
package struct Marks: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Not shown to people.
    package static let sensitive = Marks(rawValue: 1)
    /// Not stored.
    package static let ephemeral = Marks(rawValue: 2)
}
