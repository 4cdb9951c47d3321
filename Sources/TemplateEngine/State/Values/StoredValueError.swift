package import HCL

/// Why the attributes of an object are not what its schema describes, or cannot be stored.
package struct StoredValueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the object.
    package var path: [PathStep]
    package var message: String

    package init(_ message: String, at path: [PathStep] = []) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(path.text): \(message)" }
}
