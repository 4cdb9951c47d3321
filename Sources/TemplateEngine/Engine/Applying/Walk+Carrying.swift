import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Side effects: written down before and after.
extension Walk {
    /// Makes or changes an object.
    func carryOut(
        _ change: ResourceChange, _ context: InstanceContext, _ type: any ResourceType, prior: Value, _ planned: Value, _ applying: Applying
    ) async -> Bool {
        let address = context.address
        if change.action == .update && planned.unmarkedDeep().0 == prior.unmarkedDeep().0 {
            // What was not known turned out to be what is there.
            return settle(planned, context, applying, isTainted: false)
        }
        let value = await inTurn { await self.perform(change, context, type, prior: prior, planned, applying) }
        guard let value, await provisionNew(change, context, value, applying) else {
            environment.observer(.failed(address: address.description, change.action))
            return false
        }
        environment.observer(.applied(address: address.description, change.action, id: value.members?["id"]?.stringValue))
        return true
    }

    /// - Returns: the object with marks; nil, and told, if it was not made, or not wholly.
    private func perform(
        _ change: ResourceChange, _ context: InstanceContext, _ type: any ResourceType, prior: Value, _ planned: Value, _ applying: Applying
    ) async -> Value? {
        let address = context.address
        let intent = JournalEntry.Intent(
            address: address, deposedKey: change.action == .createThenDelete ? RandomKey.make(bytes: 4) : nil, action: change.action,
            provider: context.providerAddress, key: intentKey(address, change.action, applying), planned: plannedObject(planned, context))
        guard await begin(intent, applying) else { return nil }
        if let deposedKey = intent.deposedKey { applying.state.depose(address, as: deposedKey) }
        environment.observer(.applying(address: address.description, change.action))
        let value: Value
        do {
            value = try await call(intent, context, type, prior: prior.unmarkedDeep().0, planned.unmarkedDeep().0, applying)
        } catch {
            let failure = ProviderFailure(error, "\(change.action == .update ? "update" : "create") \(address)")
            await settle(failure, intent, context, type, planned: planned, applying)
            return nil
        }
        guard value.isWhollyKnown, !value.isNull else {
            await settle(incomplete(value, address), intent, context, type, planned: planned, isDoubtful: true, applying)
            return nil
        }
        let marked = context.schema.block.markingSensitive(value.copyingMarks(from: planned))
        // Until its provisioners ran it is not what it should be.
        let isTainted = change.action != .update && context.declaration.provisioners.contains { $0.when == .create }
        guard settle(marked, context, applying, isTainted: isTainted), await settled(address, context, applying) else { return nil }
        return marked
    }

    /// Lets provisioners work on a new object; it stays tainted if they fail.
    private func provisionNew(
        _ change: ResourceChange, _ context: InstanceContext, _ value: Value, _ applying: Applying
    ) async -> Bool {
        guard change.action != .update, context.declaration.provisioners.contains(where: { $0.when == .create }) else { return true }
        guard await provision(context, value) else { return false }
        applying.state[context.address]?.current?.isTainted = false
        return await settled(context.address, context, applying)
    }

    private func call(
        _ intent: JournalEntry.Intent, _ context: InstanceContext, _ type: any ResourceType, prior: Value, _ planned: Value,
        _ applying: Applying
    ) async throws -> Value {
        let address = context.address
        let operation = context.operation(environment, key: intent.key) { handle in
            try await self.write(handle: handle, of: address)
        }
        try Task.checkCancellation()
        return intent.action == .update ? try await type.update(prior, to: planned, operation) : try await type.create(planned, operation)
    }

    private func write(handle: String, of address: ResourceInstanceAddress) async throws {
        guard case .apply(let applying) = phase else { return }
        try await write(handle: handle, of: address, applying)
    }

    /// What is wrong with a result that is not wholly known.
    private func incomplete(_ value: Value, _ address: ResourceInstanceAddress) -> ProviderFailure {
        let detail = """
            After the apply operation, the provider still indicated an unknown value for \(address). All values must be known after apply.
            """
        return ProviderFailure(
            ProviderError("Provider returned invalid result object after apply", detail, remaining: value.isNull ? nil : value),
            "create \(address)")
    }

    /// After a failure: what is known to exist is kept, as tainted if it was being made.
    ///
    /// A provider that says of nothing that it remains is asked for what it left behind. If it does not know, or was
    /// interrupted, the intent stays open, so that it is looked for later.
    /// - Parameter isDoubtful: whether the provider is asked even though it said what remains.
    private func settle(
        _ failure: ProviderFailure, _ intent: JournalEntry.Intent, _ context: InstanceContext, _ type: any ResourceType, planned: Value,
        isDoubtful: Bool = false, _ applying: Applying
    ) async {
        report(failure.diagnostics(in: context.declaration.body, address: context.address.description))
        let address = context.address
        let isUpdate = intent.action == .update
        var remaining = failure.remaining
        if isDoubtful || remaining?.isNull ?? true, !isUpdate {
            if failure.isCancellation || isStopped { return }
            let plain = planned.unmarkedDeep().0
            let operation = context.operation(environment, key: intent.key, handle: applying.open[intent.subject]?.handle)
            do {
                remaining = try await type.find(plain, operation) ?? remaining
            } catch {
                let detail = "\(address) could not be made, and whether something of it exists could not be found out: \(error)."
                report([Diagnostic(.warning, "Unknown remains", detail)])
                return
            }
        }
        if let remaining, !remaining.isNull {
            let marked = context.schema.block.markingSensitive(remaining.knownOrNull.copyingMarks(from: planned))
            guard settle(marked, context, applying, isTainted: !isUpdate) else { return }
        } else if let deposedKey = intent.deposedKey {
            // Nothing came in place of the old object: it is the current one again.
            applying.state.restore(address, deposed: deposedKey)
            _ = await write(.restored(address: address, deposed: deposedKey), applying)
            return
        }
        _ = await settled(address, context, applying)
    }

    /// Puts an object into the state; false, and told, if it cannot be stored.
    func settle(_ value: Value, _ context: InstanceContext, _ applying: Applying, isTainted: Bool) -> Bool {
        let address = context.address
        do {
            var object = try ObjectState(value, context.schema)
            object.isTainted = isTainted
            object.createBeforeDestroy = graph.createsBeforeDestroying(address.configured)
            object.dependencies = context.dependencies
            applying.state.setCurrent(object, of: address, provider: context.providerAddress)
            setObject(value, of: address)
            return true
        } catch {
            report([.error("Failed to encode state", "\(address): \(error)", subject: context.declaration.range)])
            return false
        }
    }

    /// What is known of an object that is to be: enough to find it, and to know its place among others.
    private func plannedObject(_ planned: Value, _ context: InstanceContext) -> ObjectState {
        var object = ObjectState(schemaVersion: context.schema.version, attributes: "{}")
        do {
            let types = context.schema.block.impliedType.attributeTypes ?? [:]
            let known = (planned.members ?? [:]).filter {
                $0.value.isWhollyKnown && types[$0.key] != nil && !$0.value.containsMarks(.ephemeral)
            }
            object = try ObjectState(
                .object(known), as: .object(types.filter { known[$0.key] != nil }), schemaVersion: context.schema.version)
        } catch {
            // A number without end cannot be written: then the object is looked for by its key alone.
        }
        object.createBeforeDestroy = graph.createsBeforeDestroying(context.address.configured)
        object.dependencies = context.dependencies
        return object
    }
}
