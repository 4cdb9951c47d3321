import CShims
import Glibc
package import PluginLoading

/// How worker processes are started.
package struct WorkerSettings: Sendable {
    /// The `berth-plugin-worker` executable.
    package var executable: String
    package var limits: WorkerLimits
    /// Variables of the host that its workers get; names that begin with `BERTH_` or `CODER_` never are passed on.
    package var environment: EnvironmentRule
    /// A worker that has not loaded its plugin by then is given up.
    package var startTimeout: Duration
    package var directory: HostDirectory

    /// Which variables pass.
    package enum EnvironmentRule: Sendable {
        case all
        case only([String])
    }

    package init(
        executable: String, directory: HostDirectory, limits: WorkerLimits = WorkerLimits(), environment: EnvironmentRule = .all,
        startTimeout: Duration = .seconds(30)
    ) {
        self.executable = executable
        self.directory = directory
        self.limits = limits
        self.environment = environment
        self.startTimeout = startTimeout
    }

    /// The worker executable that was installed with the running one: beside it, or in `../libexec/berth`.
    ///
    /// - Throws: ``PluginError`` with code `system` that names the places looked at.
    package static func installedExecutable() throws(PluginError) -> String {
        let directory = ExecutablePath.directory(of: ExecutablePath.current ?? "/")
        let places = [
            directory + "/berth-plugin-worker", ExecutablePath.directory(of: directory) + "/libexec/berth/berth-plugin-worker",
        ]
        guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
            throw PluginError(.system, "there is no berth-plugin-worker at \(places.joined(separator: " or "))")
        }
        return found
    }

    /// The environment of one worker.
    func variables(for worker: WorkerID) -> [String] {
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            let name = variable.prefix { $0 != "=" }
            let passes =
                switch environment {
                case .all: true
                case .only(let names): names.contains(String(name))
                }
            if passes, !name.hasPrefix("BERTH_"), !name.hasPrefix("CODER_") { variables.append(variable) }
            entry += 1
        }
        variables.append("\(WireProtocol.marker)=\(worker.rawValue)")
        return variables
    }
}

/// A process that was started, before it has said anything.
struct LaunchedWorker {
    var id: WorkerID
    var process: pid_t
    var processDescriptor: Int32
    var socket: FrameSocket

    /// Starts the worker executable with its socket and library.
    ///
    /// - Throws: ``PluginError`` with code `system`.
    static func launch(_ settings: WorkerSettings, plugin: String, image: LibraryImage, id: WorkerID) throws(PluginError) -> LaunchedWorker
    {
        var pair: [Int32] = [-1, -1]
        let paired = cshims_socketpair(&pair)
        guard paired == 0 else { throw .system("cannot make a socket pair", -paired) }
        let ours = FrameSocket(pair[0])
        defer { close(pair[1]) }
        let arguments = Self.copies([settings.executable, plugin, id.rawValue])
        let variables = Self.copies(settings.variables(for: id))
        defer { for text in arguments + variables { free(text) } }
        try settings.directory.remember(id)
        let process = cshims_spawn(
            settings.executable, arguments, variables, [pair[1], image.descriptor],
            [WireProtocol.socketDescriptor, WireProtocol.libraryDescriptor], 2)
        guard process > 0 else {
            settings.directory.forget(id)
            throw .system("cannot start \(settings.executable)", -process)
        }
        let descriptor = cshims_pidfd_open(process)
        guard descriptor >= 0 else {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw .system("cannot watch a worker process", -descriptor)
        }
        return LaunchedWorker(id: id, process: process, processDescriptor: descriptor, socket: ours)
    }

    /// C strings with a NULL at the end; the caller frees them.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}
