import HCL
package import TemplateConfiguration

/// Resources in the modules they are in, as `values` and `planned_values` have them.
enum ModuleJSON {
    /// One object, already as text.
    struct Entry {
        var address: ResourceInstanceAddress
        var deposedKey: String?
        var text: String

        func precedes(_ other: Entry) -> Bool {
            address == other.address ? (deposedKey ?? "") < (other.deposedKey ?? "") : address < other.address
        }
    }

    /// What says which object it is.
    static func identity(_ address: ResourceInstanceAddress) -> [(String, String?)] {
        [
            ("address", address.description.jsonQuoted), ("mode", address.resource.mode.rawValue.jsonQuoted),
            ("type", address.resource.type.jsonQuoted), ("name", address.resource.name.jsonQuoted), ("index", address.key?.json),
        ]
    }

    /// The root module; objects stay in their order.
    static func tree(_ entries: [Entry]) -> String { module(.root, Dictionary(grouping: entries) { $0.address.module }) }

    private static func module(_ address: ModuleInstanceAddress, _ entries: [ModuleInstanceAddress: [Entry]]) -> String {
        let own = (entries[address] ?? []).map(\.text)
        // A module with nothing in it but modules is there, too.
        let count = address.steps.count
        let children = Set(
            entries.keys.filter { $0.steps.count > count && Array($0.steps.prefix(count)) == address.steps }
                .map { ModuleInstanceAddress(Array($0.steps.prefix(count + 1))) })
        let texts = children.map { ($0.description, $0) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map { module($0.1, entries) }
        return JSONWriting.object([
            ("resources", own.isEmpty ? nil : JSONWriting.array(own)),
            ("address", address.isRoot ? nil : address.description.jsonQuoted),
            ("child_modules", texts.isEmpty ? nil : JSONWriting.array(texts)),
        ])
    }
}

extension ResourceInstanceAddress {
    /// Terraform's order: modules by depth and name, in them data before what is managed, then type, name and key.
    package static func < (left: ResourceInstanceAddress, right: ResourceInstanceAddress) -> Bool {
        if left.module != right.module { return precedes(left.module.steps, right.module.steps) }
        if left.resource.mode != right.resource.mode { return left.resource.mode == .data }
        if left.resource.type != right.resource.type { return bytes(left.resource.type, right.resource.type) }
        if left.resource.name != right.resource.name { return bytes(left.resource.name, right.resource.name) }
        return precedes(left.key, right.key)
    }

    private static func precedes(_ left: [ModuleInstanceAddress.Step], _ right: [ModuleInstanceAddress.Step]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for (a, b) in zip(left, right) where a != b {
            return a.call == b.call ? precedes(a.key, b.key) : bytes(a.call, b.call)
        }
        return false
    }

    private static func precedes(_ left: InstanceKey?, _ right: InstanceKey?) -> Bool {
        guard let left else { return right != nil }
        return right.map { left < $0 } ?? false
    }

    private static func bytes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}
