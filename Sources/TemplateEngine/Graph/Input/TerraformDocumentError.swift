/// Why a document is not what `terraform show -json` prints.
package struct TerraformDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where in the document: `/values/root_module/resources/3`.
    package let place: String
    package let message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { "terraform's document: \(place.isEmpty ? "the whole" : place) \(message)" }
}
