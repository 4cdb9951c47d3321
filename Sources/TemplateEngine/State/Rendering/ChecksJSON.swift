import HCL
import TemplateConfiguration

/// The `checks` of plans and states.
enum ChecksJSON {
    static func text(_ checks: [CheckState]) -> String {
        JSONWriting.array(checks.sorted { precedes($0.configuredAddress, $1.configuredAddress) }.map(text))
    }

    private static func text(_ check: CheckState) -> String {
        let instances = check.instances.sorted { precedes($0.address, $1.address) }.map { text($0, check.kind) }
        return JSONWriting.object([
            ("address", JSONWriting.object(configured(check))), ("status", check.status.rawValue.jsonQuoted),
            ("instances", instances.isEmpty ? nil : JSONWriting.array(instances)),
        ])
    }

    private static func configured(_ check: CheckState) -> [(String, String?)] {
        let kind = check.kind == .outputValue ? "output_value" : check.kind.rawValue
        let (modules, own) = CheckAddress.split(check.configuredAddress)
        var words = own.split(separator: ".").map { String($0) }
        let mode = check.kind == .resource ? (words.first == "data" ? "data" : "managed") : nil
        if mode != "managed", !words.isEmpty { words.removeFirst() }
        let type = check.kind == .resource ? words.first : nil
        return [
            ("kind", kind.jsonQuoted), ("mode", mode?.jsonQuoted), ("module", modules?.jsonQuoted),
            ("name", (words.last ?? "").jsonQuoted), ("to_display", check.configuredAddress.jsonQuoted), ("type", type?.jsonQuoted),
        ]
    }

    private static func text(_ instance: CheckState.Instance, _ kind: CheckState.Kind) -> String {
        let (module, own) = CheckAddress.split(instance.address)
        let key = kind == .resource ? CheckAddress.key(own) : nil
        let problems = instance.failureMessages.map { JSONWriting.object([("message", $0.jsonQuoted)]) }
        return JSONWriting.object([
            (
                "address",
                JSONWriting.object([
                    ("instance_key", key?.json), ("module", module?.jsonQuoted), ("to_display", instance.address.jsonQuoted),
                ])
            ),
            ("status", instance.status.rawValue.jsonQuoted), ("problems", problems.isEmpty ? nil : JSONWriting.array(problems)),
        ])
    }

    private static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}

/// The texts by which checks are stored, `module.a[0].check.c` or `terraform_data.a["x"]`, taken apart.
enum CheckAddress {
    /// The module, if it is not the root, and the rest.
    static func split(_ address: String) -> (module: String?, own: String) {
        var rest = steps(address)[...]
        var module = ModuleInstanceAddress.root
        while case .attribute("module", _)? = rest.popFirst(), case .attribute(let call, _)? = rest.popFirst() {
            var key: InstanceKey?
            if case .index(let value, _)? = rest.first {
                key = InstanceKey(value)
                rest = rest.dropFirst()
            }
            module = module.child(call, key)
        }
        guard !module.isRoot, address.hasPrefix("\(module).") else { return (nil, address) }
        return (module.description, String(address.dropFirst(module.description.count + 1)))
    }

    /// The key at the end of an address.
    static func key(_ address: String) -> InstanceKey? {
        guard case .index(let key, _)? = steps(address).last else { return nil }
        return InstanceKey(key)
    }

    /// None if the text, which only is carried along, is no address.
    private static func steps(_ address: String) -> [TraversalStep] {
        guard let traversal = Parser.parseTraversal(Array(address.utf8), file: "").0 else { return [] }
        return [.attribute(traversal.root, traversal.rootRange)] + traversal.steps
    }
}

extension InstanceKey {
    /// Nil for what is neither a string nor an integer.
    fileprivate init?(_ value: Value) {
        if let string = value.stringValue {
            self = .string(string)
        } else if let integer = value.numberValue?.int {
            self = .integer(integer)
        } else {
            return nil
        }
    }
}
