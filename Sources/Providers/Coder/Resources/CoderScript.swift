import HCL
import ProviderKit

/// `coder_script`: a program that an agent runs when it starts, when it stops, or at certain times.
enum CoderScript {
    static func type(_ context: CoderContext) -> CoderResourceType {
        var type = CoderResourceType(block, rules: rules, context: context)
        // The published provider says so while it applies; at the plan is early enough to correct it.
        type.correct = { change in try check(change.planned) }
        type.complete = { members, _ in try check(.object(members)) }
        return type
    }

    private static func check(_ script: Value) throws {
        let starts = script[attribute: "run_on_start"]
        let stops = script[attribute: "run_on_stop"]
        let cron = script[attribute: "cron"]
        let isBlocking = script.bool("start_blocks_login") == true
        guard starts.isKnown, starts.boolValue != true else { return }
        if stops.isKnown, stops.boolValue != true, cron.isKnown, cron.stringValue ?? "" == "" {
            throw ProviderError("at least one of \"run_on_start\", \"run_on_stop\", or \"cron\" must be set")
        }
        if isBlocking { throw ProviderError("\"start_blocks_login\" can only be set if \"run_on_start\" is \"true\"") }
    }

    private static let rules = CoderRules(attributes: [
        AttributeRule("cron") { value, _ in findings(cron: value.stringValue ?? "") }, .atLeast("timeout", 1),
    ])

    /// What there is to say about a schedule: it may be wrong, or may be meant to have no seconds.
    static func findings(cron: String) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        if CronGrammar.fields(of: cron).count == 5, CronGrammar.unix.fault(in: cron) == nil {
            findings.append(
                .warning(
                    "The cron expression '\(cron)' appears to be in Unix 5-field format. Coder uses 6-field format (seconds minutes hours day"
                        + " month day-of-week). Consider prefixing with '0 ' to run at the start of each minute: '0 \(cron)'"))
        }
        if let fault = CronGrammar.script.fault(in: cron) {
            findings.append(.error("\(cron) is not a valid cron expression: \(fault)"))
        }
        return findings
    }

    private static let block = BlockSchema(
        attributes: [
            "id": .identifier, "agent_id": .required, "display_name": .required, "script": .required,
            "icon": .text, "log_path": .text, "cron": .text,
            "run_on_start": .flag(false), "run_on_stop": .flag(false), "start_blocks_login": .flag(false),
            "timeout": .fixed(.number, fallback: .integer(0)),
        ], description: "Use this resource to run a script from an agent.")
}
