import Glibc
package import JSON
package import Logging
package import PluginLoading
package import PluginSupervision

/// Runs one operation of a plugin on a workspace that is kept in a directory: what the server does with its database, for
/// trying plugins and templates without one.
package struct PluginRun: Sendable {
    package var manifest: PluginManifest
    package var configuration: JSONValue
    /// Where the workspace's record is kept, and the host's own things; made if it does not exist.
    package var workspace: String
    package var isInProcess: Bool
    package var logger: Logger

    package init(
        manifest: PluginManifest, configuration: JSONValue, workspace: String, isInProcess: Bool = false, logger: Logger
    ) {
        self.manifest = manifest
        self.configuration = configuration
        self.workspace = workspace
        self.isInProcess = isInProcess
        self.logger = logger
    }

    /// Runs the request after recovering what an earlier run left.
    ///
    /// - Throws: ``PluginError``.
    package func run(
        _ request: @Sendable (PluginDescriptor) throws -> JobRequest, options: JobOptions = JobOptions(), observer: any JobObserver
    ) async throws -> JobRunner.Result {
        try await withPlugin { plugin in
            let runner = JobRunner(plugin, store: try DirectoryJobStore(workspace + "/record"))
            return try await runner.run(try request(plugin.descriptor), options: options, observer: observer)
        }
    }

    /// Loads the plugin, calls `body`, and ends the plugin.
    package func withPlugin<T: Sendable>(_ body: (any PluginInstance) async throws -> T) async throws -> T {
        let directory = try HostDirectory(workspace + "/host")
        let plugin: any PluginInstance
        if isInProcess {
            try manifest.checkUsable()
            let image = try LibraryImage(path: manifest.libraryPath)
            try image.check(against: manifest)
            let library = try PluginLibrary(image: image)
            try library.descriptor.check(against: manifest)
            plugin = try await InProcessInstance.make(
                library, configuration: configuration, directories: try directory.directories(for: manifest), logger: logger)
        } else {
            let settings = WorkerSettings(executable: try WorkerSettings.installedExecutable(), directory: directory)
            plugin = try await SupervisedPlugin.make(manifest, configuration: configuration, settings: settings, logger: logger)
        }
        do {
            let result = try await body(plugin)
            await plugin.close()
            return result
        } catch {
            await plugin.close()
            throw error
        }
    }

    /// What an operation on a workspace of one's own is told: the workspace is named for its directory.
    package func inputs(transition: String, parameters: JSONValue) -> JSONValue {
        let name = workspace.split(separator: "/").last.map(String.init) ?? "workspace"
        let id = String(name.map { $0.isLetter && $0.isASCII || $0.isNumber && $0.isASCII || "._-".contains($0) ? $0 : "-" }.prefix(64))
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user"
        return [
            "transition": .string(transition), "deployment": ["id": "offline", "access_url": "http://localhost"],
            "workspace": ["id": .string(id), "name": .string(id)], "build": ["id": "offline", "number": 1],
            "owner": ["id": .string(user), "name": .string(user), "email": .string("\(user)@localhost")],
            "template": ["id": "offline", "name": "offline", "version": "1"], "variables": [:],
            "parameters": .object((parameters.objectValue ?? [:]).mapValues { .string($0.stringValue ?? $0.serialized()) }),
        ]
    }

    /// The labels of everything that is created under ``inputs(transition:parameters:)``.
    package func labels(for inputs: JSONValue, operation: OperationID) -> [Label] {
        [
            Label(key: "berth.deployment", value: "offline"),
            Label(key: "berth.workspace", value: inputs["workspace"]?["id"]?.stringValue ?? ""),
            Label(key: "berth.owner", value: inputs["owner"]?["id"]?.stringValue ?? ""), Label(key: "berth.build", value: "offline"),
            Label(key: "berth.operation", value: operation.rawValue),
        ]
    }
}
