internal import JSON

/// A named set of answers.
package struct TemplatePreset: Sendable, Hashable {
    /// How many workspaces are kept ready at certain times.
    package struct Schedule: Sendable, Hashable {
        /// When: five fields, the first of which is `*`.
        package var cron: String
        /// How many.
        package var instances: Int

        /// How many at which times.
        package init(cron: String, instances: Int) {
            self.cron = cron
            self.instances = instances
        }
    }

    /// Workspaces that are built before anybody asks.
    package struct Prebuilds: Sendable, Hashable {
        /// How many are kept ready.
        package var instances: Int
        /// Seconds after which an unclaimed one is replaced; nil: never.
        package var ttlSeconds: Int?
        /// The IANA time zone of the schedule.
        package var timezone: String?
        /// Times at which it is another number.
        package var schedule: [Schedule]

        /// How many, how long and when.
        package init(instances: Int, ttlSeconds: Int? = nil, timezone: String? = nil, schedule: [Schedule] = []) {
            self.instances = instances
            self.ttlSeconds = ttlSeconds
            self.timezone = timezone
            self.schedule = schedule
        }
    }

    /// Unique in the template.
    package var name: String
    /// For people.
    package var description: String
    /// URL or path of a picture.
    package var icon: String?
    /// Answers by the name of their parameter.
    package var parameters: [String: String]
    /// True if the form begins with it. At most one of a template.
    package var isDefault: Bool
    /// Workspaces built ahead.
    package var prebuilds: Prebuilds?

    /// A set of answers.
    package init(
        name: String, description: String = "", icon: String? = nil, parameters: [String: String] = [:], isDefault: Bool = false,
        prebuilds: Prebuilds? = nil
    ) {
        self.name = name
        self.description = description
        self.icon = icon
        self.parameters = parameters
        self.isDefault = isDefault
        self.prebuilds = prebuilds
    }

    init(_ reader: inout MemberReader) {
        self.init(
            name: reader.requiredString("name"), description: reader.string("description") ?? "", icon: reader.string("icon"),
            parameters: reader.strings("parameters"), isDefault: reader.bool("default") ?? false,
            prebuilds: reader.block("prebuilds", Self.readPrebuilds))
        reader.refuseOthers()
    }

    private static func readPrebuilds(_ reader: inout MemberReader) -> Prebuilds {
        defer { reader.refuseOthers() }
        return Prebuilds(
            instances: reader.int("instances", in: 0...Int.max) ?? 0, ttlSeconds: reader.int("ttl", in: 0...Int.max),
            timezone: reader.string("timezone"),
            schedule: reader.objects("schedule") { reader in
                defer { reader.refuseOthers() }
                return Schedule(cron: reader.requiredString("cron"), instances: reader.int("instances", in: 0...Int.max) ?? 0)
            })
    }

    var json: JSONValue {
        let json: JSONValue = [
            "name": .string(name), "description": .string(description), "icon": .optional(icon), "default": .bool(isDefault),
            "parameters": .object(parameters.mapValues { .string($0) }), "prebuilds": prebuilds.map(json(of:)) ?? .null,
        ]
        return json.withoutNulls
    }

    private func json(of prebuilds: Prebuilds) -> JSONValue {
        let json: JSONValue = [
            "instances": JSONValue(prebuilds.instances), "ttl": prebuilds.ttlSeconds.map { JSONValue($0) } ?? .null,
            "timezone": .optional(prebuilds.timezone),
            "schedule": .array(prebuilds.schedule.map { ["cron": .string($0.cron), "instances": JSONValue($0.instances)] }),
        ]
        return json.withoutNulls
    }
}
