/// Why a document does not say what a template asks.
package struct TemplateParametersError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that is wrong, each with its place: `/parameters/0/type must be one of …`; at least one.
    package let faults: [String]

    init(_ faults: [String]) {
        self.faults = faults
    }

    /// The first three faults, and how many more there are.
    package var description: String {
        let shown = faults.prefix(3).joined(separator: "; ")
        return faults.count > 3 ? "\(shown); and \(faults.count - 3) more" : shown
    }
}
