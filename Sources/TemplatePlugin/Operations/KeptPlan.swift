import HCL
import JSON
import PluginKit
import ResourceGraph
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateGraph
import TemplateState

/// What is kept of a plan until it is carried out: not how, but what it came to.
///
/// Carrying it out plans again, with the same inputs at the same time of day, and does so only if that comes to the same: what was
/// approved is what is done, also if the backend has changed in between.
struct KeptPlan: Sendable, Equatable {
    /// When it was made; nil if the template does not ask.
    var timestamp: String?
    /// Tokens that the plan gave to agents that exist, by agent. Secrets.
    var tokens: [String: String]
    /// The serial number of the state it started from; nil if there was none.
    var serial: Int?
    /// What happens, by address: the action, and the hash of what is to be.
    var changes: [String: String]

    init(_ plan: Plan, for build: TemplateBuild, after log: JournalLog?, _ catalog: ProviderCatalog) throws {
        // Kept only where it matters, so that the same plan twice is the same.
        timestamp =
            build.template.configuration.sources.values.contains {
                String(decoding: $0.bytes, as: UTF8.self).contains("plantimestamp")
            } ? plan.timestamp : nil
        // The plan has them from refreshing.
        tokens = AgentTokens(plan.priorState).byAgent
        serial = log?.state.serial
        changes = [:]
        for change in plan.changes where change.action != .noOp {
            let address = "\(change.address)" + (change.deposedKey.map { " (deposed \($0))" } ?? "")
            changes[address] = change.action.rawValue
        }
        let set = try ResourceSet(plan: plan, configuration: build.template.configuration, catalog: catalog)
        for instance in set.instances {
            let address = "\(instance.address)"
            guard let action = changes[address], instance.change != .delete else { continue }
            let unknown = instance.unknown.map(\.description).sorted().joined(separator: "\n")
            let bytes = instance.attributes.serializedBytes() + Array(unknown.utf8)
            changes[address] = "\(action) \(BytesText.hexadecimal.text(Digest.sha256.hash(bytes)))"
        }
    }

    var encoded: [UInt8] {
        let document: JSONValue = [
            "version": 1, "timestamp": timestamp.map { .string($0) } ?? .null, "serial": serial.map { .integer(Int64($0)) } ?? .null,
            "tokens": .object(tokens.mapValues { .string($0) }), "changes": .object(changes.mapValues { .string($0) }),
        ]
        return document.serializedBytes()
    }

    /// - Throws: ``Failure`` if it is not what ``encoded`` gives.
    init(_ bytes: [UInt8]) throws {
        let unreadable = Failure(
            .invalidArgument, code: "plan.unreadable", summary: "the plan is not one that this version of the plugin made",
            detail: "Plan again.")
        // Why it is no JSON does not matter: it is not ours.
        guard let document = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)), document["version"]?.intValue == 1,
            let tokens = document["tokens"]?.objectValue,
            let changes = document["changes"]?.objectValue
        else { throw unreadable }
        timestamp = document["timestamp"]?.stringValue
        serial = document["serial"]?.intValue
        self.tokens = tokens.compactMapValues(\.stringValue)
        self.changes = changes.compactMapValues(\.stringValue)
    }

    /// Compares with what the same plan comes to now.
    ///
    /// - Throws: ``Failure`` if something differs.
    func check(_ now: KeptPlan) throws {
        var differences: [String] = []
        if serial != now.serial { differences.append("the workspace was built since") }
        for address in Set(changes.keys).union(now.changes.keys).sorted() where changes[address] != now.changes[address] {
            func words(_ text: String?) -> String { text?.split(separator: " ").first.map(String.init) ?? "nothing" }
            let (then, today) = (words(changes[address]), words(now.changes[address]))
            differences.append("\(address): planned was \(then), now it is \(today)\(then == today ? " with other values" : "")")
        }
        if differences.isEmpty { return }
        throw Failure(
            .conflict, code: "plan.stale", summary: "the plan does not hold any more",
            detail: differences.joined(separator: "\n") + "\nNothing was changed. Plan again.")
    }
}
