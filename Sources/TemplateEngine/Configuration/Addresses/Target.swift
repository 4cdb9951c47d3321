package import HCL

/// What a plan is limited to: a module, a resource, or an instance of one of them.
package struct Target: Sendable, Hashable, CustomStringConvertible {
    package var module: ModuleInstanceAddress
    /// Nil for everything in the module.
    package var resource: ResourceAddress?
    /// Nil for all instances of the resource.
    package var key: InstanceKey?

    /// Reads `module.m["x"].docker_container.web[0]`, or what is in front of any of the dots.
    ///
    /// - Throws: why it is none: Terraform's `Invalid target "…"`.
    package static func parse(_ text: String) throws(Diagnostic) -> Target {
        do throws(Diagnostic) {
            let address = try TargetAddress.parse(text: text).0
            return Target(module: address.module, resource: address.resource, key: address.key)
        } catch {
            throw .error("Invalid target \(text.goQuoted)", error.detail)
        }
    }

    /// Whether the target is about an instance. A module without a key at its end is all its instances.
    package func contains(_ instance: ResourceInstanceAddress) -> Bool {
        guard let resource else { return contains(instance.module) }
        return module == instance.module && resource == instance.resource && (key == nil || key == instance.key)
    }

    /// Whether the target is about some instance of a resource, as far as the text of a configuration tells.
    package func mayContain(_ other: ConfiguredResourceAddress) -> Bool {
        guard let resource else { return other.module.calls.starts(with: module.module.calls) }
        return other == ConfiguredResourceAddress(module.module, resource)
    }

    private func contains(_ other: ModuleInstanceAddress) -> Bool {
        guard let last = module.steps.last else { return true }
        let head = other.steps.prefix(module.steps.count)
        guard head.count == module.steps.count, head.dropLast() == module.steps.dropLast(), let step = head.last else { return false }
        return step.call == last.call && (last.key == nil || last.key == step.key)
    }

    package var description: String {
        guard let resource else { return module.description }
        return ResourceInstanceAddress(module, resource, key).description
    }
}
