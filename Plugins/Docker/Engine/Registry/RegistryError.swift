/// Why a request to a registry failed.
package struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    package var registry: String
    /// Nil if there was no answer.
    package var status: Int?
    /// The registry's own words, if it said something.
    package var message: String

    package var isNotFound: Bool { status == 404 }

    package var description: String {
        status.map { "the registry \(registry) refused (status \($0)): \(message)" } ?? "the registry \(registry): \(message)"
    }
}
