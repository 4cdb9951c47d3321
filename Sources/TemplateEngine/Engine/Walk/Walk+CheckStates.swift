import HCL
import TemplateConfiguration
import TemplateState

/// What came of all conditions of a configuration, also of those that were not judged.
extension Walk {
    var checkStates: [CheckState] {
        var expected: [String: (kind: CheckState.Kind, instances: [CheckTarget]?)] = [:]
        for (address, content) in configuration.modules {
            let modules = instances(of: address)
            let sample = ModuleInstanceAddress(address.calls.map { ModuleInstanceAddress.Step($0) })
            func expect(_ name: String, _ target: (String, ModuleInstanceAddress) -> CheckTarget) {
                let own = target(name, sample)
                expected[own.configuredAddress] = (own.kind, modules?.map { target(name, $0) })
            }
            for variable in content.variables.values where !variable.validations.isEmpty {
                expect(variable.input.name, CheckTarget.variable)
            }
            for (name, output) in content.outputs where !output.preconditions.isEmpty { expect(name, CheckTarget.output) }
            for name in content.checks.keys { expect(name, CheckTarget.check) }
            for resource in content.resources.values
            where !resource.lifecycle.preconditions.isEmpty || !resource.lifecycle.postconditions.isEmpty {
                let configured = ConfiguredResourceAddress(address, resource.address)
                expected[configured.description] = (.resource, targets(of: resource.address, in: modules))
            }
        }
        return checks.states(expected: expected)
    }

    private func targets(of resource: ResourceAddress, in modules: [ModuleInstanceAddress]?) -> [CheckTarget]? {
        var targets: [CheckTarget] = []
        guard let modules else { return nil }
        for module in modules {
            let address = AbsoluteResourceAddress(module, resource)
            guard let expansion = values.resourceExpansions[address] else { return nil }
            targets += expansion.instanceKeys.map { .resource(address.instance($0)) }
        }
        return targets
    }

    /// The instances of a module; nil if the walk did not get that far.
    private func instances(of module: ModuleAddress) -> [ModuleInstanceAddress]? {
        guard let parent = module.parent, let call = module.calls.last else { return [.root] }
        var found: [ModuleInstanceAddress] = []
        guard let parents = instances(of: parent) else { return nil }
        for parent in parents {
            guard let expansion = values.moduleExpansions[parent]?[call] else { return nil }
            found += expansion.instanceKeys.map { parent.child(call, $0) }
        }
        return found
    }
}
