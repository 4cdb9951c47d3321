import HCL
import TemplateConfiguration

/// Waiting for what expressions refer to.
extension Walk {
    /// Computes everything that these references need; false if something of it failed.
    func prepare(_ traversals: [Traversal], in module: ModuleInstanceAddress) async -> Bool {
        await prepare(traversals.compactMap { Reference.parse($0).0?.subject }, in: module)
    }

    func prepare(_ subjects: [Reference.Subject], in module: ModuleInstanceAddress) async -> Bool {
        var isGood = true
        for subject in Set(subjects) where await !prepare(subject, in: module) { isGood = false }
        return isGood
    }

    private func prepare(_ subject: Reference.Subject, in module: ModuleInstanceAddress) async -> Bool {
        switch subject {
        case .input(let name): await visit(.input(module, name))
        case .local(let name): await visit(.local(module, name))
        case .resourceInstance(let address, let key?) where isApplying:
            await visit(.instance(AbsoluteResourceAddress(module, address).instance(key)))
        case .resource(let address), .resourceInstance(let address, _):
            await visit(.resource(AbsoluteResourceAddress(module, address)))
        case .module(let call), .moduleInstance(let call, _): await prepareOutputs(of: call, nil, in: module)
        case .moduleOutput(let call, _, let output): await prepareOutputs(of: call, output, in: module)
        default: true
        }
    }

    /// While changes are made, who refers to one instance does not wait for the others.
    private var isApplying: Bool { if case .apply = phase { true } else { false } }

    /// - Parameter output: the one that is needed; nil for all.
    private func prepareOutputs(of call: String, _ output: String?, in module: ModuleInstanceAddress) async -> Bool {
        guard await visit(.expansion(module, call)) else { return false }
        let keys = values.moduleExpansions[module]?[call]?.instanceKeys ?? []
        guard let child = configuration[module.module.child(call)] else {
            // Where a template is only looked at, a module may be missing, and what comes of it is unknown.
            if case .read = phase { return true }
            return false
        }
        let names = output.map { child.outputs[$0] == nil ? [] : [$0] } ?? child.outputs.keys.sorted()
        return await visit(keys.flatMap { key in names.map { .output(module.child(call, key), $0) } })
    }

    /// Waits for what `depends_on` names: of a module everything in it.
    func prepareDependencies(_ traversals: [Traversal], in module: ModuleInstanceAddress) async -> Bool {
        var isGood = true
        for subject in traversals.compactMap({ Reference.parse($0).0?.subject }) {
            switch subject {
            case .module(let call), .moduleInstance(let call, _), .moduleOutput(let call, _, _):
                guard await visit(.expansion(module, call)) else { return false }
                for key in values.moduleExpansions[module]?[call]?.instanceKeys ?? [] {
                    if await !visitEverything(in: module.child(call, key)) { isGood = false }
                }
            default: if await !prepare([subject], in: module) { isGood = false }
            }
        }
        return isGood
    }

    /// All resources and outputs of a module instance, and of those inside it.
    func visitEverything(in module: ModuleInstanceAddress) async -> Bool {
        var isGood = true
        guard let content = configuration[module.module] else { return false }
        for call in content.moduleCalls.keys.sorted() where await !visit(.expansion(module, call)) { isGood = false }
        for address in content.resources.keys { start(.resource(AbsoluteResourceAddress(module, address))) }
        for call in content.moduleCalls.keys.sorted() {
            for key in values.moduleExpansions[module]?[call]?.instanceKeys ?? [] {
                if await !visitEverything(in: module.child(call, key)) { isGood = false }
            }
        }
        let nodes =
            content.resources.keys.map { WalkNode.resource(AbsoluteResourceAddress(module, $0)) }
            + content.outputs.keys.map { .output(module, $0) }
        return await visit(nodes) && isGood
    }
}
