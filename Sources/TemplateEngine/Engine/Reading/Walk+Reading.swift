import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Reading data sources of one provider, without planning.
extension Walk {
    func readAll() async -> (data: [DataReading], diagnostics: Diagnostics) {
        guard case .read(let reading) = phase else { return ([], []) }
        await readAll(in: .root, reading)
        return (reading.found.sorted { $0.address < $1.address }, diagnostics)
    }

    private func readAll(in module: ModuleInstanceAddress, _ reading: Reading) async {
        guard let content = configuration[module.module] else { return }
        let nodes = content.resources.values.filter { isWanted($0, in: content, reading) }
            .map { WalkNode.resource(AbsoluteResourceAddress(module, $0.address)) }
        for node in nodes { start(node) }
        for call in content.moduleCalls.keys.sorted() {
            guard await visit(.expansion(module, call)) else { continue }
            for key in values.moduleExpansions[module]?[call]?.instanceKeys ?? [] { await readAll(in: module.child(call, key), reading) }
        }
        _ = await visit(nodes)
    }

    func isWanted(_ resource: ResourceDeclaration, in module: ModuleConfiguration, _ reading: Reading) -> Bool {
        resource.address.mode == .data && module.provider(named: resource.providerReference.localName) == reading.provider
    }

    func readInstance(_ context: InstanceContext, _ reading: Reading) async -> Bool {
        let address = context.address
        let schema = context.schema.block
        let (configuration, found) = schema.decode(context.declaration.body, in: scope(of: context).scope)
        report(found)
        guard !found.hasErrors else { return false }
        var object: Value?
        if configuration.isWhollyKnown { object = await readData(context, configuration) }
        reading.found.append(DataReading(address: address, configuration: configuration.unmarkedDeep().0, object: object?.unmarkedDeep().0))
        let plain = schema.withDefaults(configuration.unmarkedDeep().0)
        setObject(object ?? schema.withUnknowns(plain, configuration: plain).copyingMarks(from: configuration), of: address)
        return true
    }
}
