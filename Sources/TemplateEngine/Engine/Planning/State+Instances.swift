import HCL
import TemplateConfiguration
import TemplateState

extension State {
    /// Every instance of a managed resource, in a stable order.
    var managedInstances: [ResourceInstanceAddress] {
        resources.filter { $0.key.resource.mode == .managed }.flatMap { resource, state in
            state.instances.keys.map { resource.instance($0) }
        }.sorted(byText: \.description)
    }

    mutating func set(_ instance: InstanceState, at address: ResourceInstanceAddress, provider: ProviderConfigurationAddress) {
        resources[address.absoluteResource, default: ResourceState(provider: provider)].instances[address.key] = instance
        resources[address.absoluteResource]?.provider = provider
    }

    /// Puts an object in its place, beside those that wait to be destroyed.
    mutating func setCurrent(_ object: ObjectState, of address: ResourceInstanceAddress, provider: ProviderConfigurationAddress) {
        set(InstanceState(current: object, deposed: self[address]?.deposed ?? [:]), at: address, provider: provider)
    }

    /// Says that an object has to be replaced.
    mutating func taint(_ address: ResourceInstanceAddress) {
        guard var instance = self[address] else { return }
        instance.current?.isTainted = true
        self[address] = instance
    }

    /// Takes out an object; an instance without any object goes, too.
    mutating func removeObject(of address: ResourceInstanceAddress, deposed key: String?) {
        guard var instance = self[address] else { return }
        if let key { instance.deposed[key] = nil } else { instance.current = nil }
        self[address] = instance.current == nil && instance.deposed.isEmpty ? nil : instance
    }
}
