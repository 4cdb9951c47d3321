import HCL
import ProviderKit

/// `coder_app`: something in a workspace that a user opens.
enum CoderApp {
    static func type(_ context: CoderContext) -> CoderResourceType { CoderResourceType(block, rules: rules, context: context) }

    private static let slug = TextPattern("^[a-z0-9](-?[a-z0-9])*$")

    private static let rules = CoderRules(
        attributes: [
            .url("icon"),
            .text("slug") { text in
                slug.matches(text)
                    ? nil
                    : "invalid \"coder_app\" slug, must be a valid hostname (\(slug.source.goQuoted), cannot contain two consecutive hyphens"
                        + " or start/end with a hyphen): \(text.goQuoted)"
            },
            .length("display_name", atMost: 64, "display name"), .length("group", atMost: 64, "group name"),
            .length("tooltip", atMost: 2048, "tooltip"),
            .text("share") { level in
                ["owner", "authenticated", "public"].contains(level)
                    ? nil : "invalid app share \(level.goQuoted), must be one of \"owner\", \"authenticated\", \"public\""
            },
            .text("open_in") { place in
                ["tab", "slim-window"].contains(place)
                    ? nil : "invalid \"coder_app\" open_in value, must be one of \"tab\", \"slim-window\": \(place.goQuoted)"
            },
        ],
        conflicts: [
            .init("command", "url", "subdomain", "target"), .init("url", "command", "target"), .init("healthcheck", "command"),
            .init("external", "healthcheck", "command", "subdomain", "share"), .init("name", "display_name"),
            .init("relative_path", "subdomain"), .init("target", "command", "url"),
        ]
    ) { configuration in
        var findings: [ProviderFinding] = []
        let isOld = ["name", "relative_path", "target"].contains { !configuration[attribute: $0].isNull }
        // Before 0.6 an application had no slug; the name of the resource stands for it.
        if configuration[attribute: "slug"].isNull, !isOld {
            findings.append(
                .error(
                    "Missing required argument", "The argument \"slug\" is required, but no definition was found.", at: .attribute("slug")))
        }
        if configuration.bool("hidden") == true {
            for name in ["display_name", "icon", "order"] where hasContent(configuration[attribute: name]) {
                findings.append(.warning("`\(name)` set when app is hidden", at: .attribute(name)))
            }
        }
        return findings
    }

    private static func hasContent(_ value: Value) -> Bool {
        value.isKnown && !value.isNull && value.stringValue != "" && value.numberValue?.isZero != true
    }

    private static let block = BlockSchema(
        attributes: [
            "id": .identifier,
            "agent_id": .required,
            "slug": .text, "display_name": .text, "icon": .text, "url": .text, "command": .text,
            "external": .flag(false), "subdomain": .flag(), "share": .text(default: "owner"),
            "group": .text, "order": .integer, "hidden": .flag(false), "open_in": .text(default: "slim-window"), "tooltip": .text,
            // Of versions before 2.0.
            "name": .fixed(.string, deprecation: "`name` on apps is deprecated, use `display_name` instead"),
            "relative_path": .fixed(.bool, deprecation: "`relative_path` on apps is deprecated, use `subdomain` instead."),
            // Of versions 0.4.0 and 0.4.1.
            "target": .fixed(.string, deprecation: "`target` on apps is deprecated, use `url` instead."),
        ],
        blocks: [
            "healthcheck": NestedBlockSchema(
                .set,
                BlockSchema(attributes: ["url": .required, "interval": .requiredInteger, "threshold": .requiredInteger]), countMax: 1,
                forcesReplacement: true)
        ], description: "Use this resource to define shortcuts to access applications in a workspace.")
}
