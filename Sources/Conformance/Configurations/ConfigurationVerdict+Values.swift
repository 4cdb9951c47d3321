import HCL

extension ConfigurationVerdict {
    /// Compares planned changes of resources: actions decide.
    mutating func compare(changes expected: JSONText?, _ got: JSONText, _ place: String) {
        let wanted = ConfigurationVerdict.byAddress(expected)
        let found = ConfigurationVerdict.byAddress(got)
        for address in Set(wanted.keys).union(found.keys).sorted() {
            let place = "\(place) \(address)"
            let (left, right) = (wanted[address], found[address])
            let change = right?["change"]
            require(JSONDifference.lines(left?["actions"], change?["actions"], at: "actions"), place)
            guard let left, let right, let change else { continue }
            for name in ["before", "after", "after_unknown"] {
                count(.plannedValues, JSONDifference.lines(left[name], change[name], at: name), place)
            }
            for name in ["before_sensitive", "after_sensitive"] {
                count(.sensitivity, JSONDifference.lines(left[name], change[name], at: name), place)
            }
            count(
                .reasons,
                JSONDifference.lines(left["action_reason"], right["action_reason"], at: "action_reason")
                    + JSONDifference.lines(left["previous_address"], right["previous_address"], at: "previous_address")
                    + JSONDifference.lines(left["replace_paths"], change["replace_paths"], at: "replace_paths")
                    + JSONDifference.lines(left["importing"], change["importing"], at: "importing"), place)
        }
    }

    /// Compares planned changes of outputs: actions decide.
    mutating func compare(outputChanges expected: JSONText?, _ got: JSONText, _ place: String) {
        let wanted = Dictionary(expected?.members ?? []) { $1 }
        let found = Dictionary(got.members ?? []) { $1 }
        for name in Set(wanted.keys).union(found.keys).sorted() {
            let place = "\(place) output.\(name)"
            let (left, right) = (wanted[name], found[name])
            require(JSONDifference.lines(left?["actions"], right?["actions"], at: "actions"), place)
            guard let left, let right else { continue }
            for name in ["after", "after_unknown"] { count(.plannedValues, JSONDifference.lines(left[name], right[name], at: name), place) }
            count(.sensitivity, JSONDifference.lines(left["after_sensitive"], right["after_sensitive"], at: "after_sensitive"), place)
        }
    }

    /// Compares the objects in a state: values decide.
    mutating func compare(resources expected: JSONText?, _ got: [JSONText], _ place: String) {
        let wanted = ConfigurationVerdict.byAddress(expected)
        let found = ConfigurationVerdict.byAddress(.array(got))
        for address in Set(wanted.keys).union(found.keys).sorted() {
            let place = "\(place) \(address)"
            let (left, right) = (wanted[address], found[address])
            guard let left, let right else {
                require([left == nil ? "not expected" : "missing"], place)
                continue
            }
            require(JSONDifference.lines(left["values"], right["values"], at: "values"), place)
            // The corpus leaves out what says nothing.
            let sensitive = right["sensitive_values"].flatMap { ($0.members ?? []).isEmpty ? nil : $0 }
            count(.sensitivity, JSONDifference.lines(left["sensitive_values"], sensitive, at: "sensitive_values"), place)
            for name in ["mode", "type", "name", "index", "depends_on", "tainted", "deposed_key"] {
                let lines = JSONDifference.lines(left[name], right[name], at: name)
                if !lines.isEmpty || left[name] != nil { count(.other, lines, place) }
            }
        }
    }

    /// Compares checks, of which the corpus has address, status and messages.
    mutating func compare(checks expected: JSONText?, _ got: JSONText?, _ place: String) {
        let found = (got?.items ?? []).map { check -> JSONText in
            let instances = check["instances"]?.items ?? []
            let problems = instances.flatMap { $0["problems"]?.items ?? [] }.compactMap { $0["message"] }
            return .object([
                ("address", check["address"]?["to_display"] ?? .null), ("status", check["status"] ?? .null), ("problems", .array(problems)),
            ])
        }
        if expected == nil, found.isEmpty { return }
        count(.checks, JSONDifference.lines(expected ?? .array([]), .array(found), at: "checks"), place)
    }

    /// Objects by address; deposed ones have their own.
    private static func byAddress(_ list: JSONText?) -> [String: JSONText] {
        Dictionary(
            (list?.items ?? []).map { item in
                let deposed = item["deposed"]?.text ?? item["deposed_key"]?.text
                return ((item["address"]?.text ?? "") + (deposed == nil ? "" : " (deposed)"), item)
            }
        ) { $1 }
    }
}
