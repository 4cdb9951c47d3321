package import HCL

/// The text of a state file, format version 4.
package enum StateFile {
    /// What is in a state file.
    ///
    /// Needs a deep stack, as evaluation does: values may be nested up to 3000 levels.
    /// - Throws: ``StateFileError`` that names the place, for anything that is not as Terraform writes it.
    package static func read(_ text: String) throws(StateFileError) -> State {
        var reader = StateReader()
        return try reader.read(text)
    }

    /// The text that Terraform 1.11.4 writes for a state.
    ///
    /// - Throws: if the value of an output cannot be stored: unknown, or infinite.
    package static func write(_ state: State) throws(JSONEncodingError) -> String {
        try StateWriter(state: state).text().indentedJSON + "\n"
    }
}
