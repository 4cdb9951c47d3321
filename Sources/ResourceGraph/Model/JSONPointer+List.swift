package import JSON

/// Why a value is not a list of pointers.
package struct JSONPointerListError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, lower-case, without a period.
    package let message: String

    /// The message.
    package var description: String { message }
}

extension JSONPointer {
    /// The pointers in a JSON array of strings, the form in which sensitive and unknown attributes cross the plugin boundary.
    package static func list(_ value: JSONValue) throws(JSONPointerListError) -> [JSONPointer] {
        guard let elements = value.arrayValue else {
            throw JSONPointerListError(message: "must be a list of pointers, is \(value.typeName)")
        }
        var pointers: [JSONPointer] = []
        pointers.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let text = element.stringValue else {
                throw JSONPointerListError(message: "must be a list of pointers, element \(index) is \(element.typeName)")
            }
            do throws(JSONError) {
                pointers.append(try JSONPointer(text))
            } catch {
                throw JSONPointerListError(message: "element \(index) is no pointer: \(error.message)")
            }
        }
        return pointers
    }
}
