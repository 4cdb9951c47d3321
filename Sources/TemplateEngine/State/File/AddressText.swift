import HCL
import TemplateConfiguration

/// Reads addresses as a state file has them.
struct AddressText {
    private var steps: ArraySlice<TraversalStep>

    /// Nil if the text is no traversal.
    init?(_ text: String) {
        let (traversal, _) = Parser.parseTraversal(Array(text.utf8), file: "")
        guard let traversal else { return nil }
        steps = [.attribute(traversal.root, traversal.rootRange)] + traversal.steps
    }

    /// `module.a[0].module.b["x"]`
    static func moduleInstance(_ text: String) -> ModuleInstanceAddress? {
        guard var reader = AddressText(text) else { return nil }
        let module = reader.module()
        return reader.steps.isEmpty ? module : nil
    }

    /// `module.a.docker_container.web`
    static func configuredResource(_ text: String) -> ConfiguredResourceAddress? {
        guard var reader = AddressText(text), let module = reader.module()?.withoutKeys, let resource = reader.resource(),
            reader.steps.isEmpty
        else { return nil }
        return ConfiguredResourceAddress(module, resource)
    }

    /// `module.a.provider["registry.terraform.io/hashicorp/random"].alias`
    static func providerConfiguration(_ text: String) -> ProviderConfigurationAddress? {
        guard var reader = AddressText(text), let module = reader.module()?.withoutKeys, reader.name() == "provider",
            case .index(let key, _)? = reader.steps.popFirst(), let source = key.stringValue
        else { return nil }
        let parts = source.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3, !parts.contains("") else { return nil }
        let alias = reader.name()
        guard reader.steps.isEmpty else { return nil }
        return ProviderConfigurationAddress(
            module, ProviderAddress(host: parts[0], namespace: parts[1], type: parts[2]), alias: alias)
    }

    /// `module.a[0].check.c`, `terraform_data.a["x"]`: the module at the beginning, and the key at the end.
    static func checkable(_ text: String) -> (module: ModuleInstanceAddress, key: InstanceKey?)? {
        guard var reader = AddressText(text), let module = reader.module() else { return nil }
        guard case .index(let key, _)? = reader.steps.last else { return (module, nil) }
        return (module, InstanceKey(key))
    }

    private mutating func name() -> String? {
        guard case .attribute(let name, _)? = steps.first else { return nil }
        steps.removeFirst()
        return name
    }

    /// The modules at the beginning; nil if one has no name or a key that cannot be.
    private mutating func module() -> ModuleInstanceAddress? {
        var module = ModuleInstanceAddress.root
        while case .attribute("module", _)? = steps.first {
            steps.removeFirst()
            guard let call = name() else { return nil }
            guard case .index(let key, _)? = steps.first else {
                module = module.child(call)
                continue
            }
            steps.removeFirst()
            guard let key = InstanceKey(key) else { return nil }
            module = module.child(call, key)
        }
        return module
    }

    private mutating func resource() -> ResourceAddress? {
        var mode = ResourceAddress.Mode.managed
        if case .attribute("data", _)? = steps.first {
            mode = .data
            steps.removeFirst()
        }
        guard let type = name(), let resource = name() else { return nil }
        return ResourceAddress(mode, type, resource)
    }
}

extension InstanceKey {
    /// Nil for what is neither a string nor an integer.
    init?(_ value: Value) {
        if let string = value.stringValue {
            self = .string(string)
        } else if let integer = value.numberValue?.int {
            self = .integer(integer)
        } else {
            return nil
        }
    }
}

extension ModuleInstanceAddress {
    /// The module, if there is no key anywhere.
    fileprivate var withoutKeys: ModuleAddress? { steps.allSatisfy { $0.key == nil } ? module : nil }
}
