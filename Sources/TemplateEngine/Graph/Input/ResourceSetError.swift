/// Why a document is not a result of a template: not what `terraform show -json` prints, or a state with broken attributes.
package struct ResourceSetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where: `/values/root_module/resources/3`, or an address.
    package let place: String
    package let message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { place.isEmpty ? "the document \(message)" : "\(place) \(message)" }
}
