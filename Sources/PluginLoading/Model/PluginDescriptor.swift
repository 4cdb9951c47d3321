import PluginABI

/// Who a plugin says it is: `berth_descriptor`, with what its extensions declare.
package struct PluginDescriptor: Sendable {
    /// Which operations there are: `BERTH_CAP_…`.
    package struct Capabilities: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let parse = Self(rawValue: UInt32(BERTH_CAP_PARSE))
        package static let plan = Self(rawValue: UInt32(BERTH_CAP_PLAN))
        package static let apply = Self(rawValue: UInt32(BERTH_CAP_APPLY))
        package static let destroy = Self(rawValue: UInt32(BERTH_CAP_DESTROY))
        package static let read = Self(rawValue: UInt32(BERTH_CAP_READ))
        package static let recover = Self(rawValue: UInt32(BERTH_CAP_RECOVER))

        /// Every capability of ABI 1.0 with its name in a manifest, in the order of the header.
        package static let named: [(String, Capabilities)] = [
            ("parse", .parse), ("plan", .plan), ("apply", .apply), ("destroy", .destroy), ("read", .read), ("recover", .recover),
        ]

        /// The names of those that are set.
        package var names: [String] { Self.named.filter { contains($0.1) }.map(\.0) }
    }

    package var id: PluginID
    package var name: String
    package var version: String
    package var vendor: String
    package var summary: String
    package var homepage: String
    package var capabilities: Capabilities
    /// JSON Schema text of the configuration.
    package var configurationSchema: String
    package var stateVersion: UInt32
    package var stateVersionMin: UInt32
    /// Per instance; 0 if there is no limit.
    package var maxConcurrentJobs: UInt32
    /// The minor of the ABI that was agreed.
    package var abiMinor: UInt32
    package var hasInventory: Bool
    package var actions: [ActionDeclaration]
    /// Why actions that the plugin declares are not among ``actions``: they break the ABI, or belong to a newer one.
    package var unusableActions: [String]

    package init(
        id: PluginID, name: String, version: String, vendor: String, summary: String, homepage: String, capabilities: Capabilities,
        configurationSchema: String, stateVersion: UInt32, stateVersionMin: UInt32, maxConcurrentJobs: UInt32, abiMinor: UInt32,
        hasInventory: Bool, actions: [ActionDeclaration], unusableActions: [String] = []
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.vendor = vendor
        self.summary = summary
        self.homepage = homepage
        self.capabilities = capabilities
        self.configurationSchema = configurationSchema
        self.stateVersion = stateVersion
        self.stateVersionMin = stateVersionMin
        self.maxConcurrentJobs = maxConcurrentJobs
        self.abiMinor = abiMinor
        self.hasInventory = hasInventory
        self.actions = actions
        self.unusableActions = unusableActions
    }
}

extension PluginDescriptor {
    /// Whether the plugin can read a state.
    ///
    /// - Throws: ``PluginError`` with code `unsupported` that names both versions.
    package func check(_ checkpoint: Checkpoint?) throws(PluginError) {
        guard let version = checkpoint?.stateVersion, version < stateVersionMin || version > stateVersion else { return }
        throw PluginError(
            .unsupported, "the state is of version \(version), plugin version \(self.version) reads \(stateVersionMin) to \(stateVersion)",
            plugin: id)
    }
}
