import HCL
package import TemplateConfiguration
package import TemplateState

/// What a journal says: the state that it started from, what came after, and what is true now.
///
/// ``state`` is complete but for what ``open`` intents may have made or ended; `TemplateEngine.recover` finds that out.
package struct JournalLog: Sendable {
    /// The state that the plan started from.
    package let base: State
    package private(set) var entries: [JournalEntry] = []
    /// The base with all that was settled.
    package private(set) var state: State
    /// Configurations of providers, as JSON text; secrets are in them.
    package private(set) var providerConfigurations: [ProviderConfigurationAddress: String] = [:]
    /// The serial number of the state that comes of it; the same however often it is recovered.
    private(set) var nextSerial: Int
    private var openBySubject: [OpenIntent.Subject: OpenIntent] = [:]

    package init(base: State) {
        self.base = base
        state = base
        nextSerial = base.serial + 1
    }

    /// A log as short as can be: a state, and what is still open.
    package init(_ state: State, providerConfigurations: [ProviderConfigurationAddress: String], open: [OpenIntent]) {
        self.init(base: state)
        for (address, configuration) in providerConfigurations.sorted(by: { $0.key.description < $1.key.description }) {
            append(.provider(address, configuration: configuration))
        }
        for intent in open {
            append(.intent(intent.intent))
            if let handle = intent.handle { append(.handle(address: intent.intent.address, handle: handle)) }
        }
    }

    /// What a journal of carrying out a plan begins with.
    init(_ plan: Plan, _ engine: TemplateEngine) {
        self.init(plan.priorState, providerConfigurations: engine.providerConfigurations, open: [])
    }

    /// What began and was not settled, in the order of addresses.
    package var open: [OpenIntent] {
        openBySubject.values.sorted {
            $0.intent.address == $1.intent.address
                ? ($0.subject.deposed ?? "") < ($1.subject.deposed ?? "") : $0.intent.address < $1.intent.address
        }
    }

    /// The same knowledge without the way that led to it.
    package var compacted: JournalLog {
        var log = JournalLog(state, providerConfigurations: providerConfigurations, open: open)
        log.nextSerial = nextSerial
        return log
    }

    /// Takes in what happened next. An entry that is there twice changes nothing the second time.
    package mutating func append(_ entry: JournalEntry) {
        entries.append(entry)
        switch entry {
        case .provider(let address, let configuration): providerConfigurations[address] = configuration
        case .intent(let intent):
            openBySubject[intent.subject] = OpenIntent(intent: intent)
            if intent.action == .createThenDelete, let key = intent.deposedKey { state.depose(intent.address, as: key) }
        case .handle(let address, let handle):
            openBySubject[OpenIntent.Subject(address: address, deposed: nil)]?.handle = handle
        case .settled(let address, let deposed, let provider, let object):
            openBySubject[OpenIntent.Subject(address: address, deposed: deposed)] = nil
            if let object {
                state.put(object, at: address, deposed: deposed, provider: provider)
            } else {
                state.removeObject(of: address, deposed: deposed)
            }
        case .restored(let address, let deposed):
            openBySubject[OpenIntent.Subject(address: address, deposed: nil)] = nil
            state.restore(address, deposed: deposed)
        }
    }

    /// The log to go on from when the state that was stored last is this one.
    ///
    /// - Parameter stored: nil if none was stored yet.
    /// - Returns: this log if that state is the one before it; if the state was stored after it, that state with what is open.
    /// - Throws: ``JournalError`` if the two do not belong together.
    package func continued(from stored: State?) throws(JournalError) -> JournalLog {
        guard let stored else {
            if base.serial == 0 { return self }
            throw JournalError("the journal starts from the state with the serial number \(base.serial), and no state is stored")
        }
        guard stored.lineage == base.lineage else {
            throw JournalError(
                "the journal belongs to a state with the lineage \(base.lineage.goQuoted), not to this one, whose is \(stored.lineage.goQuoted)"
            )
        }
        switch stored.serial {
        case base.serial: return self
        case nextSerial:
            var log = JournalLog(stored, providerConfigurations: providerConfigurations, open: open)
            log.nextSerial = nextSerial
            return log
        default:
            throw JournalError(
                "the journal starts from the serial number \(base.serial) of the state, and the state stored has \(stored.serial)")
        }
    }
}

/// Why a journal cannot be read, written or used.
package struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    /// Of the text, from 1.
    package var line: Int?

    package init(_ message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }

    package var description: String { line.map { "line \($0) of the journal: \(message)" } ?? message }
}
