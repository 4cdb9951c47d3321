import HCL
import TemplateConfiguration

/// The names of agents, which users type: that of the resource, and the key where several instances would share it.
struct AgentNames {
    private let shared: Set<ConfiguredResourceAddress>

    init(_ agents: [ResourceInstanceAddress]) {
        var seen: Set<ConfiguredResourceAddress> = []
        shared = Set(agents.map(\.configured).filter { !seen.insert($0).inserted })
    }

    subscript(address: ResourceInstanceAddress) -> String {
        let name = address.resource.name
        guard shared.contains(address.configured) else { return name }
        return switch address.key {
        case .integer(let number)?: "\(name)-\(number)"
        case .string(let key)?: "\(name)-\(key)"
        case nil: name
        }
    }
}
