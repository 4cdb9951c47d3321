/// Something an agent's machine serves. Attribute names are those of `coder_app`.
package struct App: Sendable, Hashable {
    /// Who may open an app.
    package enum Sharing: String, Sendable, CaseIterable {
        /// The owner of the workspace.
        case owner
        /// Members of the organization.
        case organization
        /// Whoever is signed in.
        case authenticated
        /// Everybody.
        case everybody = "public"
    }

    /// Where an app opens.
    package enum OpenIn: String, Sendable, CaseIterable {
        /// A tab of the browser.
        case tab
        /// A window without controls.
        case slimWindow = "slim-window"
    }

    /// How we learn that an app is ready.
    package struct Healthcheck: Sendable, Hashable {
        /// What is asked.
        package var url: String
        /// Seconds between two questions.
        package var intervalSeconds: Int
        /// How many questions may fail in a row.
        package var threshold: Int
    }

    /// Its address in the graph.
    package var address: String
    /// The address of the agent that serves it, or of the devcontainer whose agent does.
    package var agent: String
    /// Its identity, if the template gave it one.
    package var id: String?
    /// Its name in URLs, unique in the graph.
    package var slug: String
    /// For people.
    package var displayName: String
    /// URL or path of a picture.
    package var icon: String?
    /// What is served, as the agent's machine sees it; for an external app, as the browser does.
    package var url: String?
    /// What runs in a terminal instead.
    package var command: String?
    /// True if the browser goes to the URL itself.
    package var isExternal: Bool
    /// True if it is served under a host name of its own, else under a path.
    package var isSubdomain: Bool
    /// Who may open it.
    package var sharing: Sharing
    /// Where it opens.
    package var openIn: OpenIn
    /// Place among the others.
    package var order: Int
    /// True if there is no button for it.
    package var isHidden: Bool
    /// The group its button stands in.
    package var group: String?
    /// Markdown.
    package var tooltip: String?
    /// How we learn that it is ready.
    package var healthcheck: Healthcheck?

    init(_ node: GraphNode, agent: String, _ reader: inout MemberReader) {
        address = node.address
        self.agent = agent
        id = reader.string("id")
        slug = reader.string("slug") ?? node.name
        displayName = reader.string("display_name") ?? slug
        icon = reader.string("icon")
        url = reader.string("url")
        command = reader.string("command")
        isExternal = reader.bool("external") ?? false
        isSubdomain = reader.bool("subdomain") ?? false
        sharing = reader.choice("share") ?? .owner
        openIn = reader.choice("open_in") ?? .slimWindow
        order = reader.int("order") ?? 0
        isHidden = reader.bool("hidden") ?? false
        group = reader.string("group")
        tooltip = reader.string("tooltip")
        healthcheck = reader.block("healthcheck") { reader in
            Healthcheck(
                url: reader.requiredString("url"), intervalSeconds: reader.int("interval", in: 0...Int.max) ?? 0,
                threshold: reader.int("threshold", in: 0...Int.max) ?? 0)
        }
        if url != nil, command != nil { reader.fault("command", "cannot be used together with url") }
    }
}
