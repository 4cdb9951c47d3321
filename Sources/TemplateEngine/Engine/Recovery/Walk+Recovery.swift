import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Finding out what exists, from what was written down alone.
extension Walk {
    func settleOpen(_ log: JournalLog) async -> Recovery {
        var log = log
        // Whoever asked for it is dead; its backend may not have noticed, and be at work.
        let unsettledUntil = ContinuousClock.now + environment.settlingTime
        for open in log.open {
            if isStopped {
                report([.error("Recovery was cancelled", "What is still open has to be looked for before anything else is planned.")])
                break
            }
            if let entry = await outcome(of: open, log.state, unsettledUntil) { log.append(entry) }
        }
        return Recovery(log: log, diagnostics: diagnostics)
    }

    /// How it ended; nil, and told, if that cannot be found out.
    private func outcome(of open: OpenIntent, _ state: State, _ unsettledUntil: ContinuousClock.Instant) async -> JournalEntry? {
        let intent = open.intent
        guard let context = await orphanContext(intent.address, intent.provider),
            let type = context.provider.resourceType(intent.address.resource.type)
        else { return nil }
        do {
            switch intent.action {
            case .update, .delete: return try await reread(intent, state, context, type, unsettledUntil)
            default: return try await find(open, context, type, unsettledUntil)
            }
        } catch {
            report(ProviderFailure(error, "find out what became of \(intent.address)").diagnostics(in: nil))
            return nil
        }
    }

    private func find(
        _ open: OpenIntent, _ context: InstanceContext, _ type: any ResourceType, _ unsettledUntil: ContinuousClock.Instant
    ) async throws -> JournalEntry {
        let intent = open.intent
        let address = intent.address
        let known = intent.planned ?? ObjectState(attributes: "{}")
        let planned = try plannedValue(known, context)
        let operation = context.operation(environment, key: intent.key, handle: open.handle, unsettledUntil: unsettledUntil)
        guard let found = try await type.find(planned.unmarkedDeep().0, operation), !found.isNull else {
            if let key = intent.deposedKey { return .restored(address: address, deposed: key) }
            return .settled(address: address, deposed: nil, provider: intent.provider, object: nil)
        }
        var object = try ObjectState(context.schema.block.markingSensitive(found.knownOrNull.copyingMarks(from: planned)), context.schema)
        object.isTainted = true
        object.createBeforeDestroy = known.createBeforeDestroy
        object.dependencies = known.dependencies
        let detail = """
            \(address) was being made when the engine was interrupted, and something of it exists. It is tainted in the state: the next plan \
            replaces it, or destroys it if nothing asks for it.
            """
        report([Diagnostic(.warning, "Found an interrupted object", detail)])
        return .settled(address: address, deposed: nil, provider: intent.provider, object: object)
    }

    /// What was planned; unknown where it was not known, or not written down.
    private func plannedValue(_ known: ObjectState, _ context: InstanceContext) throws -> Value {
        guard let prior = decode(known, context) else {
            throw ProviderError("Cannot find out what became of \(context.address)", "What was planned for it cannot be read.")
        }
        guard case .object(let pairs) = try JSONText.parse(known.attributes, depthMax: 3_000), var members = prior.value.members else {
            return prior.value
        }
        let written = Set(pairs.map(\.0))
        for (name, type) in context.schema.block.impliedType.attributeTypes ?? [:] where !written.contains(name) {
            members[name] = .unknown(type)
        }
        return .object(members)
    }

    /// The object as it is now.
    private func reread(
        _ intent: JournalEntry.Intent, _ state: State, _ context: InstanceContext, _ type: any ResourceType,
        _ unsettledUntil: ContinuousClock.Instant
    ) async throws -> JournalEntry? {
        let (address, deposed) = (intent.address, intent.subject.deposed)
        let instance = state[address]
        guard let object = deposed.map({ instance?.deposed[$0] }) ?? instance?.current else {
            return .settled(address: address, deposed: deposed, provider: intent.provider, object: nil)
        }
        guard let prior = decode(object, context) else { return nil }
        let plain = prior.value.unmarkedDeep().0
        let operation = context.operation(environment, key: intent.key, unsettledUntil: unsettledUntil)
        let found = try await type.read(plain, operation)
        guard let found, !found.isNull else {
            return .settled(address: address, deposed: deposed, provider: intent.provider, object: nil)
        }
        var current = object
        if found != plain || object.schemaVersion != context.schema.version {
            let read = try ObjectState(
                context.schema.block.markingSensitive(found.knownOrNull.copyingMarks(from: prior.value)), context.schema)
            current.attributes = read.attributes
            current.sensitivePaths = read.sensitivePaths
            current.schemaVersion = read.schemaVersion
        }
        return .settled(address: address, deposed: deposed, provider: intent.provider, object: current)
    }
}
