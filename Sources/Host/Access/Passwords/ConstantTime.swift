/// Comparisons that take as long for a near miss as for a far one.
package enum ConstantTime {
    /// Whether both have the same bytes. Only the lengths can be learnt from the time it takes.
    package static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
