import HCL
import ProviderKit

/// `coder_workspace_preset`: a named set of answers, and how many workspaces with them are built ahead.
enum CoderWorkspacePreset {
    static func source(_ context: CoderContext) -> CoderDataSource {
        CoderDataSource(block, rules: rules, context: context) { members, _ in
            let schedules = Value.object(members).blocks("prebuilds").flatMap { $0.blocks("scheduling") }.flatMap { $0.blocks("schedule") }
            if let fault = ScheduleOverlap.fault(in: schedules.compactMap { $0.string("cron") }) {
                throw ProviderError("schedules overlap with each other: \(fault)")
            }
            members["id"] = members["name"]
        }
    }

    private static let rules = CoderRules(attributes: [
        .notEmpty("name"), .length("description", atMost: 128), .url("icon"), .length("icon", atMost: 256),
        .atLeast("prebuilds.instances", 0),
        .number("prebuilds.expiration_policy.ttl") { seconds, key in
            seconds == 0 || (3_600...31_536_000).contains(seconds)
                ? nil : "\(key.goQuoted) must be 0 or between 3600 and 31536000, got \(seconds)"
        },
        .text("prebuilds.scheduling.timezone") { zone in
            TimeZoneNames.fault(in: zone).map { "failed to load timezone \(zone.goQuoted): \($0)" }
        },
        .text("prebuilds.scheduling.schedule.cron") { cron in
            // Workspaces are kept ready for whole hours.
            let fields = CronGrammar.fields(of: cron)
            if fields.count != 5 { return "cron spec failed validation: cron specification should consist of 5 fields" }
            if fields[0] != "*" { return "cron spec failed validation: minute field should be *" }
            return CronGrammar.prebuilds.fault(in: cron).map { "failed to parse cron spec: \($0)" }
        },
    ])

    private static let required = AttributeSchema(.string, .required)
    private static let requiredInteger = AttributeSchema(.number, .required)

    private static let block = BlockSchema(
        attributes: [
            "id": .computed(.string), "name": required, "description": AttributeSchema(.string, .optional), "icon": .text,
            "default": AttributeSchema(.bool, .optional, fallback: .false), "parameters": AttributeSchema(.map(.string), .optional),
        ],
        blocks: [
            "prebuilds": NestedBlockSchema(
                .set,
                BlockSchema(
                    attributes: ["instances": .requiredInteger],
                    blocks: [
                        "expiration_policy": NestedBlockSchema(
                            .set, BlockSchema(attributes: ["ttl": .requiredInteger]), countMax: 1),
                        "scheduling": NestedBlockSchema(
                            .list,
                            BlockSchema(
                                attributes: ["timezone": required],
                                blocks: [
                                    "schedule": NestedBlockSchema(
                                        .list, BlockSchema(attributes: ["cron": required, "instances": requiredInteger]), countMin: 1)
                                ]), countMax: 1),
                    ]), countMax: 1)
        ], description: "Use this data source to predefine common configurations for coder workspaces.")
}
