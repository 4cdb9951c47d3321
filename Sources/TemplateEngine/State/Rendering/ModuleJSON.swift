import HCL
import TemplateConfiguration

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
