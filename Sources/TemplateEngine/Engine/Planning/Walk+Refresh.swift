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
            let value = try upgraded(object, context).value(as: context.schema.block.impliedType)
            var prior = PriorObject(value: context.schema.block.markingSensitive(value))
            prior.isTainted = object.isTainted
            prior.createBeforeDestroy = object.createBeforeDestroy
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

    /// The object as the schema of today has it.
    private func upgraded(_ object: ObjectState, _ context: InstanceContext) throws -> ObjectState {
        if object.schemaVersion == context.schema.version { return object }
        guard object.schemaVersion < context.schema.version else {
            throw ProviderError(
                "Resource instance managed by newer provider version",
                """
                The current state of \(context.address) was created by a newer provider version than this engine has. Use the newer one to \
                work with this state.
                """)
        }
        guard let type = context.provider.resourceType(context.address.resource.type) else { return object }
        var upgraded = object
        upgraded.attributes = try type.upgrade(JSONText.parse(object.attributes), from: object.schemaVersion).text
        upgraded.schemaVersion = context.schema.version
        return upgraded
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
            var refreshed = try ObjectState(marked, context.schema)
            refreshed.isTainted = object.isTainted
            refreshed.createBeforeDestroy = object.createBeforeDestroy
            refreshed.dependencies = object.dependencies
            refreshed.privateData = object.privateData
            planning.state[address]?.current = refreshed
            if found != plain && !planning.imported.contains(address) { drifted(context, from: prior.value, to: marked, .update, planning) }
            return true
        } catch {
            report(
                ProviderFailure(error, "read \(address)")
                    .diagnostics(in: context.declaration.body, address: address.description))
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
            let object = try ObjectState(context.schema.block.markingSensitive(found), context.schema)
            planning.imported.insert(address)
            planning.state.setCurrent(object, of: address, provider: context.providerAddress)
            return true
        } catch {
            report(
                ProviderFailure(error, "import \(address)")
                    .diagnostics(in: context.declaration.body, address: address.description))
            return false
        }
    }
}
