/// Why a text is not a state file that we can work with.
package struct StateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the file: `resources[2].instances[0].index_key`; empty for the file as a whole.
    package var place: String
    package var message: String

    package init(_ message: String, at place: String = "") {
        self.place = place
        self.message = message
    }

    package var description: String { place.isEmpty ? "state file: \(message)" : "state file: \(place): \(message)" }
}
