import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState
import Threads

/// Goes through a configuration once: computes every object after what it refers to, many at a time where providers work.
///
/// Everything a walk computes happens on its own thread; only operations of providers run on Swift's pool. A node whose
/// dependency failed is left out silently, as the dependency has told why.
actor Walk {
    nonisolated let thread: DeepStackExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let configuration: Configuration
    let catalog: ProviderCatalog
    let environment: EngineEnvironment
    let values: WalkValues
    let graph: StaticDependencies
    let limit: OperationLimit
    let phase: Phase
    /// Values given for the root module's variables; nil where the default applies.
    let rootInputs: [String: Value]

    var diagnostics: Diagnostics = []
    var checks = CheckResults()
    private(set) var configuredProviders: [ProviderConfigurationAddress: any Provider] = [:]
    /// How providers are configured whose block the configuration does not have; in the end also how all others were.
    var providerConfigurations: [ProviderConfigurationAddress: String]
    /// What each instance of a resource is computed with; made when the resource is prepared.
    var contexts: [AbsoluteResourceAddress: [InstanceContext]] = [:]
    private var tasks: [WalkNode: Task<Bool, Never>] = [:]
    /// What the current task computes.
    @TaskLocal static var current: WalkNode?
    private var isCancelled = false

    /// What the walk is for.
    enum Phase {
        case plan(Planning)
        case apply(Applying)
        case read(Reading)
    }

    init(
        thread: DeepStackExecutor, configuration: Configuration, catalog: ProviderCatalog, environment: EngineEnvironment,
        rootInputs: [String: Value], functions: FunctionEnvironment, graph: StaticDependencies,
        providerConfigurations: [ProviderConfigurationAddress: String], phase: sending Phase
    ) {
        self.thread = thread
        self.configuration = configuration
        self.catalog = catalog
        self.environment = environment
        self.rootInputs = rootInputs
        self.providerConfigurations = providerConfigurations
        self.phase = phase
        var isApplying = false
        if case .apply = phase { isApplying = true }
        values = WalkValues(
            configuration: configuration, environment: environment, functions: functions, callable: catalog.functions(in: configuration),
            isApplying: isApplying)
        self.graph = graph
        limit = OperationLimit(environment.parallelism)
    }

    /// Computes a node, once; false if that, or something it needs, failed.
    ///
    /// What refers to itself, where that is no error, does not wait for itself.
    func visit(_ node: WalkNode) async -> Bool {
        if Walk.current?.isBefore(node) ?? false { return true }
        if let task = tasks[node] { return await task.value }
        return await start(node).value
    }

    /// Begins to compute a node without waiting for it.
    @discardableResult
    func start(_ node: WalkNode) -> Task<Bool, Never> {
        if let task = tasks[node] { return task }
        let task = Walk.$current.withValue(node) { Task { await self.perform(node) } }
        if isCancelled { task.cancel() }
        tasks[node] = task
        return task
    }

    /// All of them, at once.
    func visit(_ nodes: [WalkNode]) async -> Bool {
        let nodes = nodes.filter { !(Walk.current?.isBefore($0) ?? false) }
        let tasks = nodes.map { start($0) }
        var isGood = true
        for task in tasks where await !task.value { isGood = false }
        return isGood
    }

    /// Starts nothing more, and cancels the operations that run.
    func cancel() {
        isCancelled = true
        for task in tasks.values { task.cancel() }
        if case .apply(let applying) = phase {
            for task in applying.destroys.values { task.cancel() }
        }
    }

    var isStopped: Bool { isCancelled }

    /// Does something when it is its turn among the operations of providers.
    func inTurn<T>(_ body: () async -> T) async -> T {
        await limit.take()
        let result = await body()
        limit.give()
        return result
    }

    func report(_ found: Diagnostics) { diagnostics += found }

    private func perform(_ node: WalkNode) async -> Bool {
        if isCancelled { return false }
        switch node {
        case .input(let module, let name): return await computeInput(name, in: module)
        case .local(let module, let name): return await computeLocal(name, in: module)
        case .output(let module, let name): return await computeOutput(name, in: module)
        case .expansion(let module, let call): return await expandModule(call, in: module)
        case .provider(let address): return await configureProvider(address)
        case .check(let module, let name): return await computeCheck(name, in: module)
        case .preparation(let address): return await prepareResource(address)
        case .resource(let address): return await visitResource(address)
        case .instance(let address): return await visitInstance(address)
        }
    }

    func setProvider(_ provider: any Provider, at address: ProviderConfigurationAddress) { configuredProviders[address] = provider }
}
