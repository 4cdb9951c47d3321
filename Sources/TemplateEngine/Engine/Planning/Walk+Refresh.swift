import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Learning what became of the objects that the state knows.
extension Walk {
    /// The object of a state as a value with marks; null if there is none, nil, and told, if it cannot be read.
    func decode(_ object: ObjectState?, _ context: InstanceContext) -> PriorObject? {
        guard let object else { return PriorObject(value: .null(context.schema.block.impliedType)) }
        do {
            let type = context.provider.resourceType(context.address.resource.type)
            let value = try object.decoded(by: context.schema) { try type?.upgrade($0, from: $1) ?? $0 }
            var prior = PriorObject(value: context.schema.block.markingSensitive(value))
            prior.isTainted = object.isTainted
            prior.createBeforeDestroy = object.createBeforeDestroy
            prior.isImported = object.isImported
            return prior
        } catch {
            let detail = """
                The object \(context.address) in the state does not fit the schema of its resource type: \(error). The state may come from \
                a newer version of the provider.
                """
            report([.error("Unable to read state", detail, subject: context.declaration.range)])
            return nil
        }
    }

    /// Asks the provider for the object as it is now; false if that failed.
    func refresh(_ context: InstanceContext, _ type: any ResourceType, _ planning: Planning) async -> Bool {
        let address = context.address
        guard planning.options.refreshes, let object = planning.state[address]?.current else { return true }
        guard let prior = decode(object, context) else { return false }
        let plain = prior.value.unmarkedDeep().0
        environment.observer(.refreshing(address: address.description))
        do {
            let environment = environment
            let found = try await limit.run { try await type.read(plain, context.operation(environment, key: "")) }
            guard let found else {
                drifted(context, from: prior.value, to: .null(prior.value.type), .delete, planning)
                planning.state[address]?.current = nil
                return true
            }
            if found == plain && object.schemaVersion == context.schema.version { return true }
            let marked = context.schema.block.markingSensitive(found.copyingMarks(from: prior.value))
            var refreshed = try ObjectState(encoding: marked, schema: context.schema)
            refreshed.isTainted = object.isTainted
            refreshed.isImported = object.isImported
            refreshed.createBeforeDestroy = object.createBeforeDestroy
            refreshed.dependencies = object.dependencies
            refreshed.privateData = object.privateData
            planning.state[address]?.current = refreshed
            if found != plain && !object.isImported { drifted(context, from: prior.value, to: marked, .update, planning) }
            return true
        } catch {
            report(
                ProviderFailure(error, "read \(address)")
                    .diagnostics(in: context.declaration.body, schema: context.schema.block, address: address.description))
            return false
        }
    }

    private func drifted(
        _ context: InstanceContext, from old: Value, to new: Value, _ action: ResourceChange.Action, _ planning: Planning
    ) {
        planning.drift.append(
            ResourceChange(address: context.address, provider: context.providerAddress, action: action, before: old, after: new))
    }

    /// Takes over an object that exists, if an `import` block asks for it and the state does not know it.
    func importObject(_ context: InstanceContext, _ type: any ResourceType, _ planning: Planning) async -> Bool {
        let address = context.address
        guard let request = planning.imports[address], planning.state[address]?.current == nil else { return true }
        do {
            let environment = environment
            let found = try await limit.run {
                let operation = context.operation(environment, key: "")
                return try await type.read(try await type.importState(id: request.id, operation), operation)
            }
            guard let found else {
                let detail = """
                    While attempting to import an existing object to \(address.description.goQuoted), the provider detected that no object \
                    exists with the given id. Only pre-existing objects can be imported; check that the id is correct and that it is \
                    associated with the provider's configured region or endpoint, or use "terraform apply" to create a new remote object \
                    for this resource.
                    """
                report([.error("Cannot import non-existent remote object", detail, subject: request.range)])
                return false
            }
            var object = try ObjectState(encoding: context.schema.block.markingSensitive(found), schema: context.schema)
            object.isImported = true
            planning.state.setCurrent(object, of: address, provider: context.providerAddress)
            return true
        } catch {
            report(
                ProviderFailure(error, "import \(address)")
                    .diagnostics(in: context.declaration.body, schema: context.schema.block, address: address.description))
            return false
        }
    }
}
