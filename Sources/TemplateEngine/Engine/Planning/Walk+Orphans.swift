import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Objects of the state that the configuration does not have any more, and all of them when everything is to go.
extension Walk {
    func planLeftovers(_ planning: Planning) async {
        let ends = planning.options.isDestroy ? planning.targeting?.ends(in: planning.state) : nil
        for address in planning.state.managedInstances where ends?.contains(address) ?? planning.targeting?.includes(address) ?? true {
            guard let instance = planning.state[address], let resource = planning.state.resources[address.absoluteResource] else {
                continue
            }
            if let object = instance.current, planning.options.isDestroy || !planning.visited.contains(address) {
                await planEnd(of: address, object, deposed: nil, resource.provider, planning)
            }
            for (key, object) in instance.deposed.sorted(by: { $0.key < $1.key }) {
                await planEnd(of: address, object, deposed: key, resource.provider, planning)
            }
        }
        if planning.options.isDestroy { return }
        for address in planning.state.resources.keys where address.resource.mode != .managed {
            for key in planning.state.resources[address]?.instances.keys.map(\.self) ?? []
            where !planning.visited.contains(address.instance(key)) && planning.targeting?.includes(address.instance(key)) ?? true {
                planning.state[address.instance(key)] = nil
            }
        }
    }

    private func planEnd(
        of address: ResourceInstanceAddress, _ object: ObjectState, deposed: String?, _ providerAddress: ProviderConfigurationAddress,
        _ planning: Planning
    ) async {
        guard let context = await orphanContext(address, providerAddress),
            let type = context.provider.resourceType(address.resource.type)
        else { return }
        // What the configuration has was refreshed when it was visited.
        if deposed == nil, !planning.visited.contains(address) {
            guard await refresh(context, type, planning) else { return }
        }
        guard let object = deposed == nil ? planning.state[address]?.current : object else { return }
        guard let prior = decode(object, context) else { return }
        if planning.options.isRefreshOnly { return }
        let removal = removal(of: address)
        if context.declaration.lifecycle.preventDestroy {
            report([.preventedDestroy(address, context.declaration)])
            return
        }
        var change = ResourceChange(
            address: address, provider: providerAddress, action: removal?.destroys ?? true ? .delete : .forget, before: prior.value,
            after: .null(context.schema.block.impliedType))
        change.deposedKey = deposed
        change.previousAddress = planning.previousAddresses[address]
        change.priorDependencies = object.dependencies
        if deposed == nil && !planning.options.isDestroy { change.reason = reason(for: address, planning) }
        planning.changes.append(change)
    }

    /// What is needed to work on an object without its configuration; told, and nil, if its provider is not there.
    func orphanContext(
        _ address: ResourceInstanceAddress, _ providerAddress: ProviderConfigurationAddress
    ) async -> InstanceContext? {
        guard let schema = catalog.schema(of: .managed, address.resource.type, providerAddress.provider) else {
            let detail = """
                The state has \(address), an object of the provider \(providerAddress.provider), which this engine does not have. It can be \
                changed or destroyed by an engine that has it only.
                """
            report([.error("Missing provider", detail)])
            return nil
        }
        guard let provider = await provider(at: providerAddress) else { return nil }
        let declaration = configuration.resource(address.configured) ?? removedDeclaration(of: address)
        return InstanceContext(
            address: address, declaration: declaration, schema: schema, provider: provider, providerAddress: providerAddress,
            repetition: repetition(of: address.key), dependencies: [])
    }

    /// What stands for a declaration that is no more: what is to be run at the end may be told by a `removed` block.
    private func removedDeclaration(of address: ResourceInstanceAddress) -> ResourceDeclaration {
        let nowhere = SourceRange(file: "", start: .start, end: .start)
        var declaration = ResourceDeclaration(
            address: address.resource, body: Body(range: nowhere, endRange: nowhere), typeRange: nowhere, range: nowhere)
        if let removal = removal(of: address) {
            declaration.provisioners = removal.provisioners
            declaration.connection = removal.connection
        }
        return declaration
    }

    /// What `count.index` and `each.key` were for an object that has no configuration any more.
    private func repetition(of key: InstanceKey?) -> RepetitionData {
        switch key {
        case .integer(let index)?: RepetitionData(countIndex: index)
        case .string(let key)?: RepetitionData(eachKey: .string(key))
        case nil: .none
        }
    }

    /// The `removed` block that speaks of an object.
    func removal(of address: ResourceInstanceAddress) -> RemovedDeclaration? {
        for (module, content) in configuration.modules {
            for removal in content.removals {
                let path = module.calls + removal.from.module.steps.map(\.call)
                let calls = address.module.module.calls
                if let resource = removal.from.resource {
                    if calls == path && resource == address.resource { return removal }
                } else if calls.starts(with: path) {
                    return removal
                }
            }
        }
        return nil
    }

    private func reason(for address: ResourceInstanceAddress, _ planning: Planning) -> ResourceChange.Reason {
        guard configuration.resource(address.configured) != nil else {
            return planning.previousAddresses[address] == nil ? .deleteBecauseNoResourceConfig : .deleteBecauseNoMoveTarget
        }
        guard isExpanded(address.module) else { return .deleteBecauseNoModule }
        switch (values.resourceExpansions[address.absoluteResource], address.key) {
        case (.count?, .integer?): return .deleteBecauseCountIndex
        case (.forEach?, .string?): return .deleteBecauseEachKey
        default: return .deleteBecauseWrongRepetition
        }
    }

    /// Whether the configuration has this very instance of a module.
    func isExpanded(_ module: ModuleInstanceAddress) -> Bool {
        guard let parent = module.parent, let step = module.steps.last else { return true }
        return isExpanded(parent) && values.moduleExpansions[parent]?[step.call]?.contains(step.key) ?? false
    }
}

extension Diagnostic {
    static func preventedDestroy(_ address: ResourceInstanceAddress, _ declaration: ResourceDeclaration) -> Diagnostic {
        let detail = """
            Resource \(address) has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this \
            error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target \
            option.
            """
        return .error("Instance cannot be destroyed", detail, subject: declaration.range)
    }
}
