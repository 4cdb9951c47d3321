import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Resources: expanding them, waiting for what they need, then planning or applying each instance.
extension Walk {
    func visitResource(_ address: AbsoluteResourceAddress) async -> Bool {
        guard await visit(.preparation(address)) else { return false }
        return await visit(contexts[address]?.map { .instance($0.address) } ?? [])
    }

    /// Finds the instances of a resource, after everything that its block refers to.
    func prepareResource(_ address: AbsoluteResourceAddress) async -> Bool {
        let module = address.module
        // That something is missing is told where it is named.
        guard let content = configuration[module.module], let declaration = content.resources[address.resource] else { return true }
        // What is not to be read stays unknown.
        if case .read(let reading) = phase, !isWanted(declaration, in: content, reading) { return true }
        guard let schema = catalog.schema(of: declaration, in: content)
        else { return false }
        if let targeting, !targeting.includes(.resource(address.configured)) {
            return await leaveAlone(address, declaration, schema.block)
        }
        guard await prepareModuleDependencies(of: module), await prepareDependencies(declaration.dependsOn, in: module),
            await prepare(references(of: declaration, schema.block), in: module),
            let expansion = await expansion(declaration.repetition, in: module)
        else { return false }
        values.resourceExpansions[address] = expansion
        guard let (provider, providerAddress) = await provider(of: declaration, in: module.module) else { return false }
        var dependencies: [ConfiguredResourceAddress] = []
        if case .read = phase {} else { dependencies = graph.dependencies(of: address.configured) }
        let keys = expansion.instanceKeys.filter { targeting?.includes(address.instance($0)) ?? true }
        guard takeUntouched(address, beside: keys, schema.block) else { return false }
        contexts[address] = keys.map { key in
            InstanceContext(
                address: address.instance(key), declaration: declaration, schema: schema, provider: provider,
                providerAddress: providerAddress, repetition: expansion.repetition(of: key), dependencies: dependencies)
        }
        return true
    }

    func visitInstance(_ address: ResourceInstanceAddress) async -> Bool {
        guard await visit(.preparation(address.absoluteResource)) else { return false }
        // An instance that the configuration does not have is found missing when its value is asked for.
        guard let context = contexts[address.absoluteResource]?.first(where: { $0.address == address }) else { return true }
        switch phase {
        case .plan(let planning):
            let mistakes = selfReferences(of: context)
            report(mistakes)
            if mistakes.hasErrors { return false }
            return context.address.resource.mode == .data ? await planData(context, planning) : await planManaged(context, planning)
        case .apply(let applying):
            return await applyInstance(context, applying)
        case .read(let reading):
            return await readInstance(context, reading)
        }
    }

    /// An instance may refer to others of its resource, but not to itself, nor to all of them.
    private func selfReferences(of context: InstanceContext) -> Diagnostics {
        context.schema.block.traversals(of: context.declaration.body).flatMap { traversal -> Diagnostics in
            guard let reference = Reference.parse(traversal).0 else { return [] }
            let detail = "Configuration for \(context.address) may not refer to itself."
            let finding = Diagnostic.error("Self-referential block", detail, subject: reference.range)
            switch reference.subject {
            // A resource without instance keys is meant both as the resource and as its instance.
            case .resource(context.address.resource), .resourceInstance(context.address.resource, nil):
                return context.address.key == nil ? [finding, finding] : [finding]
            case .resourceInstance(context.address.resource, context.address.key): return [finding]
            default: return []
            }
        }
    }

    /// What module calls on the way say with `depends_on`.
    private func prepareModuleDependencies(of module: ModuleInstanceAddress) async -> Bool {
        var inner = module
        var isGood = true
        while let parent = inner.parent, let step = inner.steps.last {
            let depends = configuration[parent.module]?.moduleCalls[step.call]?.dependsOn ?? []
            if await !prepareDependencies(depends, in: parent) { isGood = false }
            inner = parent
        }
        return isGood
    }

    /// Everything that the block of a resource refers to, beside itself.
    nonisolated func references(of declaration: ResourceDeclaration, _ schema: BlockSchema) -> [Reference.Subject] {
        graph.references(of: declaration, schema).filter { subject in
            switch subject {
            case .resource(let address), .resourceInstance(let address, _): address != declaration.address
            default: true
            }
        }
    }

    /// The instances that `count` or `for_each` asks for; nil, and told, if that cannot be known.
    func expansion(_ repetition: Repetition, in module: ModuleInstanceAddress) async -> Expansion? {
        guard let expression = repetition.expression else { return .single }
        guard await prepare(expression.traversals(), in: module) else { return nil }
        let scope = ModuleScope(values: values, module: module).scope
        var purpose = RepetitionEvaluator.Purpose.planning
        if case .read = phase { purpose = .validation }
        let (expansion, found) = RepetitionEvaluator(scope: scope, for: purpose).expand(repetition)
        report(found)
        return found.hasErrors ? nil : expansion
    }
}
