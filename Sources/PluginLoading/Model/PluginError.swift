/// What went wrong between the host and a plugin.
package struct PluginError: Error, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; for programs.
    package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }

        /// No plugin of that name or id is on the search path.
        package static let notFound = Self(rawValue: "plugin.not-found")
        /// The manifest cannot be read or breaks its schema.
        package static let manifest = Self(rawValue: "plugin.manifest")
        /// The library is not what the manifest says: altered, or of another version.
        package static let mismatch = Self(rawValue: "plugin.mismatch")
        /// The library cannot be loaded: wrong architecture, missing symbol, missing dependency.
        package static let load = Self(rawValue: "plugin.load")
        /// Host and plugin have no ABI version in common.
        package static let refused = Self(rawValue: "plugin.refused")
        /// The configuration does not fit the plugin.
        package static let configuration = Self(rawValue: "plugin.configuration")
        /// The caller's arguments do not fit the declaration.
        package static let arguments = Self(rawValue: "plugin.arguments")
        /// The plugin does not offer this.
        package static let unsupported = Self(rawValue: "plugin.unsupported")
        /// The plugin broke the ABI.
        package static let protocolViolation = Self(rawValue: "plugin.protocol-violation")
        /// The worker died, hung or was killed while the job ran.
        package static let lost = Self(rawValue: "plugin.lost")
        /// A limit of the host was reached.
        package static let limit = Self(rawValue: "plugin.limit")
        /// The system refused something the host needs.
        package static let system = Self(rawValue: "plugin.system")
    }

    package var code: Code
    /// A sentence that names the values involved.
    package var message: String
    package var plugin: PluginID?
    package var job: JobID?
    /// What caused it, innermost last.
    package var cause: String?

    package init(_ code: Code, _ message: String, plugin: PluginID? = nil, job: JobID? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.plugin = plugin
        self.job = job
        self.cause = cause.map { "\($0)" }
    }

    /// The same error, with the plugin and job where it happened, as far as they were not known.
    package func at(plugin: PluginID? = nil, job: JobID? = nil) -> PluginError {
        var error = self
        error.plugin = self.plugin ?? plugin
        error.job = self.job ?? job
        return error
    }

    package var description: String {
        var text = ""
        if let plugin { text += "plugin \(plugin): " }
        if let job { text += "\(job): " }
        text += message
        if let cause { text += ": \(cause)" }
        return text
    }
}

extension PluginError: Equatable {
    package static func == (left: PluginError, right: PluginError) -> Bool {
        left.code == right.code && left.message == right.message
    }
}
