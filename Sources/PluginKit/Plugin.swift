public import JSON

/// A provisioner plugin: a backend that turns a template into resources.
///
/// Conform a type, and export it with one line:
///
///     @_cdecl("berth_plugin_v1")
///     public func entry(_ hello: Handshake, _ plugin: PluginSlot) -> UInt32 { export(MyPlugin.self, hello, plugin) }
///
/// An instance is the plugin with one configuration. Operations are asynchronous; several may run at once on one
/// instance if ``PluginInfo/maxConcurrentJobs`` allows it. Each runs on the thread the host made for its job, so that
/// calls of ``Job`` are direct and blocking there harms nobody else. The operation's task is cancelled when the job is.
///
/// What an operation throws becomes its answer: a ``Failure`` as it says, `CancellationError` as "cancelled", anything
/// else as "failed" with the error's text.
public protocol Plugin: Sendable {
    /// Who the plugin is and what it can do.
    static var info: PluginInfo { get }

    /// The plugin's own operations; none unless it says so.
    static var actions: [Action<Self>] { get }

    /// Makes an instance.
    ///
    /// - Parameters:
    ///   - configuration: an object that fits ``PluginInfo/configurationSchema``, if the host can check schemas.
    ///   - host: the host that loads the plugin.
    /// - Throws: ``Failure`` to refuse the configuration.
    init(configuration: JSONValue, host: HostInfo) throws

    /// Reads the template and publishes its parameters. Touches no backend.
    func parse(_ request: Request, job: Job) async throws
    /// Reports the graph as it would become, and changes nothing anywhere.
    func plan(_ request: Request, job: Job) async throws
    /// Makes it so, and reports what exists.
    func apply(_ request: Request, job: Job) async throws
    /// Removes everything the state knows of.
    func destroy(_ request: Request, job: Job) async throws
    /// Reports the graph as the backend has it now.
    func read(_ request: Request, job: Job) async throws
    /// Settles what a lost job left, and reports as ``read(_:job:)`` does.
    func recover(_ request: Request, job: Job) async throws
    /// Reports everything in the backend that carries the request's labels.
    func inventory(_ request: Request, job: Job) async throws
}

extension Plugin {
    /// None.
    public static var actions: [Action<Self>] { [] }

    /// Not offered.
    public func parse(_ request: Request, job: Job) async throws { throw Failure.unsupported("parse") }
    /// Not offered.
    public func plan(_ request: Request, job: Job) async throws { throw Failure.unsupported("plan") }
    /// Not offered.
    public func apply(_ request: Request, job: Job) async throws { throw Failure.unsupported("apply") }
    /// Not offered.
    public func destroy(_ request: Request, job: Job) async throws { throw Failure.unsupported("destroy") }
    /// Not offered.
    public func read(_ request: Request, job: Job) async throws { throw Failure.unsupported("read") }
    /// Not offered.
    public func recover(_ request: Request, job: Job) async throws { throw Failure.unsupported("recover") }
    /// Not offered.
    public func inventory(_ request: Request, job: Job) async throws { throw Failure.unsupported("inventory") }
}

/// Who a plugin is; must say what its manifest says.
public struct PluginInfo: Sendable {
    /// Operations a plugin may offer.
    public enum Capability: String, Sendable, CaseIterable {
        case parse, plan, apply, destroy, read, recover
        /// The extension `berth.inventory/1`.
        case inventory
    }

    /// Reverse domain name, lower case: `org.example.docker`.
    public var id: String
    /// Short, for people and the command line: `docker`.
    public var name: String
    /// Semantic version.
    public var version: String
    /// One sentence.
    public var summary: String
    /// Which operations the type implements.
    public var capabilities: Set<Capability>
    /// JSON Schema 2020-12 of the configuration; must describe an object.
    public var configurationSchema: JSONValue
    /// Written with every checkpoint.
    public var stateVersion: UInt32
    /// The oldest state that is still understood.
    public var stateVersionMin: UInt32
    /// Jobs at one time on one instance; 0: no limit.
    public var maxConcurrentJobs: UInt32

    /// Describes a plugin.
    public init(
        id: String, name: String, version: String, summary: String = "", capabilities: Set<Capability>,
        configurationSchema: JSONValue = ["type": "object"], stateVersion: UInt32 = 1, stateVersionMin: UInt32 = 1,
        maxConcurrentJobs: UInt32 = 0
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.summary = summary
        self.capabilities = capabilities
        self.configurationSchema = configurationSchema
        self.stateVersion = stateVersion
        self.stateVersionMin = stateVersionMin
        self.maxConcurrentJobs = maxConcurrentJobs
    }
}

/// The host that loaded the plugin.
public struct HostInfo: Sendable {
    /// `berth`, for instance.
    public var name: String
    /// Its version.
    public var version: String
    /// Where the manifest lies, with whatever ships beside the library; absolute.
    public var pluginDirectory: String
    /// Writable and kept between workers, but emptied without notice when none runs; absolute.
    public var cacheDirectory: String
}
