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
        put(object, at: address, deposed: nil, provider: provider)
    }

    /// Takes out an object; an instance without any object goes, too.
    mutating func removeObject(of address: ResourceInstanceAddress, deposed key: String?) {
        guard var instance = self[address] else { return }
        if let key { instance.deposed[key] = nil } else { instance.current = nil }
        self[address] = instance.current == nil && instance.deposed.isEmpty ? nil : instance
    }

    /// Lets the current object wait to be destroyed, under a key; nothing if there is none, or one waits under it already.
    mutating func depose(_ address: ResourceInstanceAddress, as key: String) {
        guard var instance = self[address], let current = instance.current, instance.deposed[key] == nil else { return }
        instance.deposed[key] = current
        instance.current = nil
        self[address] = instance
    }

    /// Makes an object that waited to be destroyed the current one again; nothing if it is not there.
    mutating func restore(_ address: ResourceInstanceAddress, deposed key: String) {
        guard var instance = self[address], let old = instance.deposed.removeValue(forKey: key) else { return }
        instance.current = old
        self[address] = instance
    }

    /// - Parameter key: of an object that waits to be destroyed; nil for the current one.
    mutating func put(
        _ object: ObjectState, at address: ResourceInstanceAddress, deposed key: String?, provider: ProviderConfigurationAddress
    ) {
        var instance = self[address] ?? InstanceState(current: nil)
        if let key { instance.deposed[key] = object } else { instance.current = object }
        set(instance, at: address, provider: provider)
    }
}
