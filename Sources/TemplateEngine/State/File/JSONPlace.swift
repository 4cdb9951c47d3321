import HCL

/// A part of a state file together with where it is, so that every complaint can name the place.
struct JSONPlace {
    let json: RawJSON
    let path: String

    func fail(_ message: String) -> StateFileError { StateFileError(message, at: path) }

    /// Null counts as absent, as it does for Terraform.
    var isAbsent: Bool { json.isNull }

    /// The members by name.
    func members() throws(StateFileError) -> Members {
        guard json.isObject else { throw fail("an object is required") }
        var values: [String: JSONPlace] = [:]
        for (quoted, value) in json.members {
            let name = try JSONPlace(json: quoted, path: path).string()
            let place = JSONPlace(json: value, path: path.isEmpty ? name : "\(path).\(name)")
            if values.updateValue(place, forKey: name) != nil { throw fail("\(name.goQuoted) is there twice") }
        }
        return Members(values: values, whole: self)
    }

    func items() throws(StateFileError) -> [JSONPlace] {
        guard json.isArray else { throw fail("an array is required") }
        return json.items.enumerated().map { JSONPlace(json: $1, path: "\(path)[\($0)]") }
    }

    func string() throws(StateFileError) -> String {
        guard case .string(let string) = try parsed() else { throw fail("a string is required") }
        return string
    }

    func bool() throws(StateFileError) -> Bool {
        guard case .bool(let bool) = try parsed() else { throw fail("true or false is required") }
        return bool
    }

    /// An integer that is not negative.
    func count() throws(StateFileError) -> Int {
        guard case .number(let number) = try parsed(), let integer = number.int, integer >= 0 else {
            throw fail("an integer from 0 to \(Int.max) is required")
        }
        return integer
    }

    func strings() throws(StateFileError) -> [String] {
        var strings: [String] = []
        for item in try items() { strings.append(try item.string()) }
        return strings
    }

    /// A text that `parse` understands.
    ///
    /// - Parameter what: what it should be, for the complaint if it is not.
    func address<Address>(
        _ what: String, _ parse: (String) throws(Diagnostic) -> Address
    ) throws(StateFileError) -> Address {
        let text = try string()
        do {
            return try parse(text)
        } catch {
            throw fail("not the address of \(what): \(error.detail)")
        }
    }

    func parsed() throws(StateFileError) -> JSONText {
        do {
            return try JSONText.parse(json.text, depthMax: RawJSON.depthMax)
        } catch {
            throw fail(error.description)
        }
    }

    /// The members of an object. Asking for one that is null gives nil.
    struct Members {
        let values: [String: JSONPlace]
        let whole: JSONPlace

        subscript(name: String) -> JSONPlace? {
            guard let place = values[name], !place.isAbsent else { return nil }
            return place
        }

        func required(_ name: String) throws(StateFileError) -> JSONPlace {
            guard let place = self[name] else { throw whole.fail("\(name.goQuoted) is missing") }
            return place
        }

        /// - Throws: if there is a member that none of the names allows; whoever wrote it knows something we would lose.
        func allowOnly(_ names: Set<String>) throws(StateFileError) {
            guard let unknown = values.keys.filter({ !names.contains($0) }).min() else { return }
            throw whole.fail(
                "\(unknown.goQuoted) is not part of what we know of state format version 4; a newer Terraform may have written it")
        }
    }
}
