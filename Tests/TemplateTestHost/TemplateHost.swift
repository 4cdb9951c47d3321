import Foundation
package import HCL
import ProviderKit
import TemplateConfiguration
package import TemplateEngine
import TemplateEvaluation
package import TemplateState

/// A host as it should be: keeps what it knows in files, and begins with what its predecessor left open.
///
/// Its directory has the template in `template`, what was stored in `stored`, and while something is being done, `journal`.
package struct TemplateHost: Sendable {
    package var directory: String
    package var provider: CloudProvider
    /// Which kind of journal it has.
    package var keeper: Keeper
    /// Called before and after everything that a crash could separate.
    package var tick: @Sendable () -> Void

    /// How a journal is kept.
    package enum Keeper: String, Sendable { case file, checkpoint }

    package init(
        _ directory: String, keeper: Keeper = .file, provider: CloudProvider = CloudProvider(),
        tick: @escaping @Sendable () -> Void = {}
    ) {
        self.directory = directory
        self.keeper = keeper
        self.provider = provider
        self.tick = tick
    }

    package var cloud: Cloud { Cloud(directory: directory + "/cloud") }
    private var journalPath: String { directory + "/journal" }
    private var storedPath: String { directory + "/stored" }
    private var environment: EngineEnvironment {
        EngineEnvironment(provider: ProviderEnvironment(directory: directory + "/template"))
    }
    private var catalog: ProviderCatalog { ProviderCatalog([provider]) }

    /// The state and the configurations of providers that were stored last; nil if nothing was.
    package func stored() throws -> JournalLog? {
        guard FileManager.default.fileExists(atPath: storedPath) else { return nil }
        return try JournalLog.decoded(Array(Data(contentsOf: URL(fileURLWithPath: storedPath))))
    }

    private func store(_ log: JournalLog) throws {
        tick()
        try Data(log.encoded()).write(to: URL(fileURLWithPath: storedPath), options: .atomic)
        tick()
        try FileJournal.remove(journalPath)
        tick()
    }

    /// Settles what a crash left open.
    ///
    /// - Returns: whether there was something.
    @discardableResult
    package func recover() async throws -> Bool {
        guard let log = try await unfinished() else { return false }
        let continued = try log.continued(from: try stored()?.state)
        let recovery = await TemplateEngine.recover(continued, catalog: catalog, environment: environment)
        guard recovery.log.open.isEmpty, !recovery.diagnostics.hasErrors else { throw Failure(recovery.diagnostics) }
        try store(JournalLog(recovery.state, providerConfigurations: recovery.log.providerConfigurations, open: []))
        return true
    }

    private func unfinished() async throws -> JournalLog? {
        if keeper == .file { return try await FileJournal.read(journalPath) }
        guard FileManager.default.fileExists(atPath: journalPath) else { return nil }
        return try JournalLog.decoded(Array(Data(contentsOf: URL(fileURLWithPath: journalPath))))
    }

    package func engine() async throws -> TemplateEngine {
        let (configuration, found) = ConfigurationLoader().load(directory + "/template")
        if found.hasErrors { throw Failure(found) }
        return TemplateEngine(
            configuration: configuration, catalog: catalog, environment: environment,
            providerConfigurations: try stored()?.providerConfigurations ?? [:])
    }

    /// What applying the template would do.
    package func plan() async throws -> Plan {
        let result = try await engine().plan(stored()?.state)
        guard let plan = result.plan else { throw Failure(result.diagnostics) }
        return plan
    }

    package func apply() async throws {
        try await recover()
        let (plan, engine) = (try await plan(), try await engine())
        try await finish(engine.apply(plan, journal: journal(for: plan, by: engine)))
    }

    /// Needs no template.
    package func destroy() async throws {
        try await recover()
        guard let stored = try stored() else { return }
        let engine = TemplateEngine(
            configuration: Configuration(modules: [:], sources: [:], rootDirectory: directory), catalog: catalog, environment: environment,
            providerConfigurations: stored.providerConfigurations)
        try await finish(engine.destroyWithoutTemplate(stored.state, journal: journal(for:by:)))
    }

    private func journal(for plan: Plan, by engine: TemplateEngine) async throws -> any Journal {
        if keeper == .checkpoint {
            return TickingJournal(
                journal: try CheckpointJournal(for: plan, by: engine) { [journalPath, tick] blob in
                    tick()
                    try Data(blob).write(to: URL(fileURLWithPath: journalPath), options: .atomic)
                    tick()
                }, tick: tick)
        }
        tick()
        let journal = try await FileJournal.create(at: journalPath, for: plan, by: engine)
        tick()
        return TickingJournal(journal: journal, tick: tick)
    }

    private func finish(_ result: ApplyResult) async throws {
        if result.open.isEmpty { try store(result.log) }
        if result.diagnostics.hasErrors { throw Failure(result.diagnostics) }
    }

    /// Why it could not be done.
    package struct Failure: Error, CustomStringConvertible {
        package var diagnostics: Diagnostics
        init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }
        package var description: String { diagnostics.map { "\($0.summary): \($0.detail)" }.joined(separator: "\n") }
    }
}

/// Everything that is written down is a point before and after it.
private struct TickingJournal: Journal {
    let journal: any Journal
    let tick: @Sendable () -> Void

    func append(_ entry: JournalEntry) async throws {
        tick()
        try await journal.append(entry)
        tick()
    }
}
