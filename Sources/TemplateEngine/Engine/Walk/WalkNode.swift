import HCL
import TemplateConfiguration

/// Something that a walk computes once, after what it refers to.
enum WalkNode: Hashable, Sendable {
    case input(ModuleInstanceAddress, String)
    case local(ModuleInstanceAddress, String)
    case output(ModuleInstanceAddress, String)
    /// Which instances a module call has.
    case expansion(ModuleInstanceAddress, String)
    /// Which instances a resource has, and everything that all of them need.
    case preparation(AbsoluteResourceAddress)
    /// All instances of a resource.
    case resource(AbsoluteResourceAddress)
    /// One instance of a resource.
    case instance(ResourceInstanceAddress)
    case provider(ProviderConfigurationAddress)
    case check(ModuleInstanceAddress, String)
}

extension WalkNode {
    /// Whether the node, while it is computed, does not wait for another one, as that would be to wait for itself.
    func isBefore(_ other: WalkNode) -> Bool {
        switch (self, other) {
        case (.preparation(let own), .resource(let resource)): own == resource
        case (.preparation(let own), .instance(let instance)): own == instance.absoluteResource
        case (.instance(let own), .resource(let resource)): own.absoluteResource == resource
        case (.instance(let own), .instance(let other)): own.absoluteResource == other.absoluteResource
        default: self == other
        }
    }
}
