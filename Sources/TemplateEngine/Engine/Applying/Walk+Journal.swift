import HCL
import TemplateConfiguration
import TemplateState

/// Writing down what is about to be done, and what was.
extension Walk {
    /// Writes down that an operation is about to begin; false, and told, if it must not.
    func begin(_ intent: JournalEntry.Intent, _ applying: Applying) async -> Bool {
        if isStopped || applying.isJournalLost { return false }
        if !applying.journalledProviders.contains(intent.provider), let configuration = providerConfigurations[intent.provider] {
            guard await write(.provider(intent.provider, configuration: configuration), applying) else { return false }
            applying.journalledProviders.insert(intent.provider)
        }
        guard await write(.intent(intent), applying) else { return false }
        return true
    }

    /// The key of a change: the same when the same operation begins from the same state again.
    func intentKey(_ address: ResourceInstanceAddress, _ action: ResourceChange.Action, _ applying: Applying) -> String {
        guard let operation = environment.operationID else { return RandomKey.make(bytes: 16) }
        let text = "\(operation)\n\(applying.plan.priorState.serial)\n\(address)\n\(action.rawValue)"
        return BytesText.hexadecimal.text(Array(Digest.sha256.hash(Array(text.utf8)).prefix(16)))
    }

    /// Writes down what the current object of an instance is.
    func settled(_ address: ResourceInstanceAddress, _ context: InstanceContext, _ applying: Applying) async -> Bool {
        let object = applying.state[address]?.current
        return await write(.settled(address: address, deposed: nil, provider: context.providerAddress, object: object), applying)
    }

    func write(_ entry: JournalEntry, _ applying: Applying) async -> Bool {
        do {
            try await store(entry, applying.journal)
            applying.note(entry)
            return true
        } catch {
            // An intent that could not be written is not carried out; what is over is over.
            if case .intent = entry {} else { applying.note(entry) }
            applying.isJournalLost = true
            let detail = """
                The journal could not be written: \(error). Nothing more is started, as it could be lost; what was done so far is in the state.
                """
            report([.error("Failed to write the journal", detail)])
            return false
        }
    }

    /// Writes down what a provider has made so far.
    func write(handle: String, of address: ResourceInstanceAddress, _ applying: Applying) async throws {
        let entry = JournalEntry.handle(address: address, handle: handle)
        applying.note(entry)
        try await store(entry, applying.journal)
    }

    /// In a task of its own, as what happened has to be written down also when the engine was cancelled.
    private func store(_ entry: JournalEntry, _ journal: (any Journal)?) async throws {
        guard let journal else { return }
        try await Task { try await journal.append(entry) }.value
    }
}
