import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// The ends of objects. They work from the state, never from the template.
extension Walk {
    /// Everything that the plan ends, each in its order.
    func destroyAll() async {
        guard case .apply(let applying) = phase else { return }
        let operations = applying.plan.changes.compactMap(\.destroy)
        for task in operations.map({ startDestroy($0, applying) }) { _ = await task.value }
    }

    func startDestroy(_ operation: EngineOperation, _ applying: Applying) -> Task<Bool, Never> {
        if let task = applying.destroys[operation] { return task }
        // It is nobody's part, whoever needs it first.
        let task = Walk.$current.withValue(nil) { Task { await self.destroy(operation) } }
        if isStopped { task.cancel() }
        applying.destroys[operation] = task
        return task
    }

    private func destroy(_ operation: EngineOperation) async -> Bool {
        guard case .apply(let applying) = phase, case .destroy(let address, let deposed) = operation else { return false }
        guard let change = applying.plan.changes.first(where: { $0.address == address && $0.deposedKey == deposed }) else { return false }
        guard await waitForPredecessors(of: operation, applying) else { return false }
        guard let instance = applying.state[address], let provider = applying.state.resources[address.absoluteResource]?.provider else {
            return true
        }
        // The old object of a replacement that was made first waits under a key that the plan could not know.
        let keys = deposed.map { [$0] } ?? (change.action == .createThenDelete ? instance.deposed.keys.sorted() : [])
        if deposed == nil && change.action != .createThenDelete {
            return await end(address, instance.current, deposed: nil, change, provider, applying)
        }
        var isGood = true
        for key in keys where !applying.plan.changes.contains(where: { $0.address == address && $0.deposedKey == key && deposed == nil }) {
            if await !end(address, instance.deposed[key], deposed: key, change, provider, applying) { isGood = false }
        }
        return isGood
    }

    private func end(
        _ address: ResourceInstanceAddress, _ object: ObjectState?, deposed: String?, _ change: ResourceChange,
        _ provider: ProviderConfigurationAddress, _ applying: Applying
    ) async -> Bool {
        guard let object else { return true }
        if change.action == .forget {
            applying.state.removeObject(of: address, deposed: deposed)
            return await write(.settled(address: address, deposed: deposed, provider: provider, object: nil), applying)
        }
        guard let context = await orphanContext(address, provider), let type = context.provider.resourceType(address.resource.type),
            let prior = decode(object, context)
        else { return false }
        environment.observer(.applying(address: address.description, .delete))
        // As in Terraform, an object that something has replaced already ends without them.
        var isGood = object.isTainted || deposed != nil
        if !isGood { isGood = await provision(context, prior.value, isEnd: true) }
        if isGood {
            let subject = OpenIntent.Subject(address: address, deposed: deposed)
            isGood = await inTurn { await self.delete(subject, object, prior.value.unmarkedDeep().0, context, type, applying) }
        }
        environment.observer(
            isGood
                ? .applied(address: address.description, .delete, id: prior.value.unmarkedDeep().0.members?["id"]?.stringValue)
                : .failed(address: address.description, .delete))
        return isGood
    }

    private func delete(
        _ subject: OpenIntent.Subject, _ object: ObjectState, _ prior: Value, _ context: InstanceContext, _ type: any ResourceType,
        _ applying: Applying
    ) async -> Bool {
        let (address, deposed, provider) = (subject.address, subject.deposed, context.providerAddress)
        let intent = JournalEntry.Intent(
            address: address, deposedKey: deposed, action: .delete, provider: provider, key: intentKey(address, .delete, applying),
            planned: nil)
        guard await begin(intent, applying) else { return false }
        do {
            try Task.checkCancellation()
            try await type.delete(prior, context.operation(environment, key: intent.key))
            applying.state.removeObject(of: address, deposed: deposed)
            return await write(.settled(address: address, deposed: deposed, provider: provider, object: nil), applying)
        } catch {
            report(ProviderFailure(error, "destroy \(address)").diagnostics(in: context.declaration.body, address: address.description))
            _ = await write(.settled(address: address, deposed: deposed, provider: provider, object: object), applying)
            return false
        }
    }
}
