import HCL
import TemplateConfiguration

/// Something that a walk computes once, after what it refers to.
enum WalkNode: Hashable, Sendable {
    case input(ModuleInstanceAddress, String)
    case local(ModuleInstanceAddress, String)
    case output(ModuleInstanceAddress, String)
    /// Which instances a module call has.
    case expansion(ModuleInstanceAddress, String)
    /// All instances of a resource.
    case resource(AbsoluteResourceAddress)
    case provider(ProviderConfigurationAddress)
    case check(ModuleInstanceAddress, String)
}
