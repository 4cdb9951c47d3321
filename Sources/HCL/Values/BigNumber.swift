/// A number that does not fit ``Number/integer(_:)``; filled by the commits that follow.
package final class BigNumber: Sendable, Hashable {
    package static func == (left: BigNumber, right: BigNumber) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Number: Hashable {}
