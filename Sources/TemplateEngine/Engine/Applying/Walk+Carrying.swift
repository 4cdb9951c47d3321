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
        let plain = planned.unmarkedDeep().0
        if change.action == .update && plain == prior.unmarkedDeep().0 {
            // What was not known turned out to be what is there.
            return settle(planned, context, applying, isTainted: false)
        }
        let key = RandomKey.make(bytes: 16)
        let deposedKey = change.action == .createThenDelete ? RandomKey.make(bytes: 4) : nil
        let intent = JournalEntry.Intent(
            address: address, deposedKey: deposedKey, action: change.action, provider: context.providerAddress, key: key,
            planned: plain.knownJSON, schemaVersion: context.schema.version)
        guard await write(.intent(intent), applying) else { return false }
        if let deposedKey { depose(address, as: deposedKey, applying) }
        environment.observer(.applying(address: address.description, change.action))
        do {
            let value = try await call(change, context, type, key: key, prior: prior.unmarkedDeep().0, plain, applying)
            try check(value, context)
            let marked = context.schema.block.markingSensitive(value.copyingMarks(from: planned))
            guard settle(marked, context, applying, isTainted: false), await settled(address, context, applying) else { return false }
            let isReady = change.action == .update ? true : await provision(context, marked, applying)
            environment.observer(
                isReady
                    ? .applied(address: address.description, change.action, id: value.members?["id"]?.stringValue)
                    : .failed(address: address.description, change.action))
            return isReady
        } catch {
            let failure = ProviderFailure(error, "\(change.action == .update ? "update" : "create") \(address)")
            await settle(failure, change, context, planned: planned, deposedKey: deposedKey, applying)
            environment.observer(.failed(address: address.description, change.action))
            return false
        }
    }

    private func call(
        _ change: ResourceChange, _ context: InstanceContext, _ type: any ResourceType, key: String, prior: Value, _ planned: Value,
        _ applying: Applying
    ) async throws -> Value {
        let address = context.address
        let journal = applying.journal
        let operation = context.operation(environment, key: key) { handle in
            try await journal?.append(.handle(address: address, handle: handle))
        }
        let isUpdate = change.action == .update
        return try await limit.run {
            isUpdate ? try await type.update(prior, to: planned, operation) : try await type.create(planned, operation)
        }
    }

    private func check(_ value: Value, _ context: InstanceContext) throws {
        guard value.isWhollyKnown, !value.isNull else {
            throw ProviderError(
                "Provider returned invalid result object after apply",
                "After the apply operation, the provider still indicated an unknown value for \(context.address). All values must be known after apply.",
                remaining: value.isNull ? nil : value.knownOrNull)
        }
    }

    /// After a failure: what is known to exist is kept, as tainted if it was being made.
    private func settle(
        _ failure: ProviderFailure, _ change: ResourceChange, _ context: InstanceContext, planned: Value, deposedKey: String?,
        _ applying: Applying
    ) async {
        report(failure.diagnostics(in: context.declaration.body, address: context.address.description))
        let address = context.address
        let isUpdate = change.action == .update
        if let remaining = failure.remaining, !remaining.isNull {
            let marked = context.schema.block.markingSensitive(remaining.knownOrNull.copyingMarks(from: planned))
            _ = settle(marked, context, applying, isTainted: !isUpdate)
        } else if let deposedKey {
            // Nothing came in place of the old object: it is the current one again.
            let old = applying.state[address]?.deposed[deposedKey]
            applying.state.removeObject(of: address, deposed: deposedKey)
            if let old { applying.state.setCurrent(old, of: address, provider: context.providerAddress) }
            _ = await write(.restored(address: address, deposed: deposedKey), applying)
            return
        }
        // A create that was interrupted may have made something; its intent stays open, so that it is looked for.
        if failure.isCancellation && !isUpdate && failure.remaining == nil { return }
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

    /// Writes down what the current object of an instance is.
    func settled(_ address: ResourceInstanceAddress, _ context: InstanceContext, _ applying: Applying) async -> Bool {
        let object = applying.state[address]?.current
        return await write(.settled(address: address, deposed: nil, provider: context.providerAddress, object: object), applying)
    }

    func write(_ entry: JournalEntry, _ applying: Applying) async -> Bool {
        guard let journal = applying.journal else { return true }
        do {
            try await journal.append(entry)
            return true
        } catch {
            applying.isJournalLost = true
            let detail = """
                The journal could not be written: \(error). Nothing more is started, as it could be lost; what was done so far is in the state.
                """
            report([.error("Failed to write the journal", detail)])
            return false
        }
    }

    private func depose(_ address: ResourceInstanceAddress, as key: String, _ applying: Applying) {
        guard var instance = applying.state[address], let current = instance.current else { return }
        instance.deposed[key] = current
        instance.current = nil
        if let provider = applying.state.resources[address.absoluteResource]?.provider {
            applying.state.set(instance, at: address, provider: provider)
        }
    }
}
