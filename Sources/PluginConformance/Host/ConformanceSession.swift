import Glibc
import JSON
import PluginABI
import PluginLoading

/// What a test has at hand: the plugin under test, sample data, and a directory of its own. For one thread.
package final class ConformanceSession {
    let subject: Subject
    let options: ConformanceOptions.Sample
    let seed: UInt64
    let timeFactor: Double
    /// At how many places at most a test disturbs an operation.
    let placesMax: Int
    /// Private to this test and removed after it; absolute.
    let temporary: String
    /// Starts a process that runs a part of this test; see ``ConformanceChild``.
    let helper: ConformanceHelper?
    private let report: (String) -> Void
    private var backends: [Backend] = []
    private var loaded: (image: LibraryImage, entry: PluginLibrary.Entry)?
    private var opened: PluginLibrary?
    private var backendCount = 0
    private var creation: JobControl?

    init(
        subject: Subject, options: ConformanceOptions.Sample, seed: UInt64, timeFactor: Double, placesMax: Int, temporary: String,
        helper: ConformanceHelper? = nil, report: @escaping (String) -> Void = { _ in }
    ) {
        self.subject = subject
        self.options = options
        self.seed = seed
        self.timeFactor = timeFactor
        self.placesMax = placesMax
        self.temporary = temporary
        self.helper = helper
        self.report = report
    }

    /// Tells the runner what the plugin is about to do, so that a crash can be placed.
    func progress(_ what: String) { report(what) }

    /// How long operations may take, unless a test has its own view.
    var patience: JobRun.Patience {
        JobRun.Patience(untilCancelSeconds: 5 * timeFactor, interruptSeconds: 0.3 * timeFactor, graceSeconds: 1 * timeFactor)
    }

    var workDirectory: String { temporary + "/work" }

    /// - Throws: ``ConformanceStop/skipped(_:)`` if there is none.
    func libraryPath() throws -> String {
        guard let path = subject.libraryPath else {
            throw ConformanceStop.skipped("the manifest \(subject.manifestPath ?? "") leads to no library")
        }
        return path
    }

    /// - Throws: ``ConformanceStop/skipped(_:)`` if there is none, or an error if it is broken.
    func manifest() throws -> PluginManifest {
        guard let path = subject.manifestPath else { throw ConformanceStop.skipped("there is no manifest beside the library") }
        return try PluginManifest(path: path)
    }

    /// The library's entry point, loaded once.
    func entry() throws -> PluginLibrary.Entry {
        if let loaded { return loaded.entry }
        let image = try LibraryImage(path: libraryPath())
        progress("loading the library")
        let entry = try PluginLibrary.load(descriptor: image.descriptor, path: image.path)
        loaded = (image, entry)
        return entry
    }

    /// The plugin, after a handshake.
    func library() throws -> PluginLibrary {
        if let opened { return opened }
        let entry = try entry()
        progress("berth_plugin_v1")
        let library = try PluginLibrary(entry: entry)
        opened = library
        return library
    }

    /// Sample data, before its placeholder is filled in. Without a readable manifest it is what the options give.
    func sample() -> SampleData {
        SampleData(manifest: try? manifest(), options: options)
    }

    /// A new instance of the plugin with a directory of its own.
    ///
    /// - Parameter directory: nil for a new one; an absolute path to use one again.
    func backend(directory given: String? = nil) throws -> Backend {
        let library = try library()
        backendCount += 1
        let directory = given ?? temporary + "/data/\(backendCount)"
        try makeDirectory(directory)
        let sample = sample().resolved(temporary: directory)
        switch try create(library, configuration: sample.configuration.serialized()) {
        case .success(let instance):
            let backend = Backend(self, instance: instance, sample: sample, directory: directory)
            backends.append(backend)
            return backend
        case .failure(let error):
            throw ConformanceStop.failed("create refuses the sample configuration \(sample.configuration.serialized()): \(error)")
        }
    }

    /// Calls create on a job's thread.
    func create(_ library: PluginLibrary, configuration: String) throws -> Result<LoadedInstance, PluginError> {
        let cache = temporary + "/cache"
        try makeDirectory(cache)
        try makeDirectory(workDirectory)
        let directories = HostDirectories(plugin: ExecutablePath.directory(of: try libraryPath()), cache: cache, work: workDirectory)
        let words = CreationSink()
        // One control for all of them: a bridge stays for a while after its job, and would keep a descriptor open.
        let control = try creation ?? JobControl()
        creation = control
        let bridge = JobBridge(id: .new(), operation: nil, stateVersion: 0, workDirectory: workDirectory, control: control, sink: words)
        progress("create")
        return try JobRun.call("create", seconds: patience.untilCancelSeconds) {
            do throws(PluginError) {
                return .success(
                    try LoadedInstance(library, configuration: configuration, directories: directories, bridge: bridge) { _ in })
            } catch { return .failure(words.explaining(error)) }
        }
    }

    /// Calls create without a host's care; see ``RawCreation``.
    func rawCreate(_ plugin: berth_plugin, _ configuration: JSONValue, _ directory: String, extra: Int = 0) throws -> RawCreation {
        progress("create")
        return try RawCreation.call(
            plugin, configuration: configuration.serialized(), directory: directory, extra: extra, patience: patience)
    }

    /// Removes what a test left in backends.
    func cleanUp() {
        for backend in backends { backend.cleanUp() }
    }

    /// - Throws: ``ConformanceStop/skipped(_:)`` unless the plugin has all of these operations.
    func require(_ operations: JobOperation..., in backend: Backend) throws {
        for operation in operations where !backend.offers(operation) {
            throw ConformanceStop.skipped("the plugin does not offer \(operation)")
        }
        if operations.contains(where: { [.parse, .plan, .apply].contains($0) }), backend.sample.source == nil {
            throw ConformanceStop.skipped(
                "there is no sample template; add \"source\" to \"conformance\" in the manifest, or give --source")
        }
    }
}
