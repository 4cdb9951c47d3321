package import JSON
package import Logging
package import PluginLoading
import Synchronization

/// How many workers a plugin may have, and how long they live.
package struct PoolPolicy: Sendable {
    /// Idle workers that are kept ready.
    package var warmMax: Int
    /// Workers at one time; a job that finds all of them busy is refused.
    package var workersMax: Int
    /// A worker that has run that many jobs is replaced by a new one.
    package var jobsPerWorkerMax: Int

    package init(warmMax: Int = 1, workersMax: Int = 64, jobsPerWorkerMax: Int = 200) {
        self.warmMax = warmMax
        self.workersMax = workersMax
        self.jobsPerWorkerMax = jobsPerWorkerMax
    }
}

/// A plugin with one configuration, whose jobs run in worker processes: each job in one of its own, so that a crash costs
/// one job. Workers are kept warm between jobs.
package final class SupervisedPlugin: PluginInstance {
    package let manifest: PluginManifest
    package let descriptor: PluginDescriptor
    private let image: LibraryImage
    private let configuration: JSONValue
    private let settings: WorkerSettings
    private let policy: PoolPolicy
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var idle: [Member] = []
        var count = 0
        var isClosed = false
    }

    private struct Member {
        var worker: Worker
        var jobs: Int
    }

    /// Opens the library, checks it against its manifest and the configuration against the plugin, and warms up one worker.
    ///
    /// - Throws: ``PluginError`` with code `mismatch` if the file was altered, or whatever keeps the plugin from being loaded.
    package static func make(
        _ manifest: PluginManifest, configuration: JSONValue, settings: WorkerSettings, policy: PoolPolicy = PoolPolicy(), logger: Logger
    ) async throws(PluginError) -> SupervisedPlugin {
        do throws(PluginError) {
            try manifest.checkUsable()
            let image = try LibraryImage(path: manifest.libraryPath)
            try image.check(against: manifest)
            let worker = try await Worker.start(settings, manifest: manifest, image: image, configuration: configuration, logger: logger)
            do throws(PluginError) {
                try worker.descriptor.check(against: manifest)
                try ConfigurationCheck.check(configuration, against: worker.descriptor)
            } catch {
                await worker.end()
                throw error
            }
            return SupervisedPlugin(manifest, image, configuration, settings, policy, logger, worker)
        } catch { throw error.at(plugin: manifest.id) }
    }

    private init(
        _ manifest: PluginManifest, _ image: LibraryImage, _ configuration: JSONValue, _ settings: WorkerSettings, _ policy: PoolPolicy,
        _ logger: Logger, _ worker: Worker
    ) {
        self.manifest = manifest
        self.image = image
        self.configuration = configuration
        self.settings = settings
        self.policy = policy
        self.logger = logger
        descriptor = worker.descriptor
        state = Mutex(State(idle: [Member(worker: worker, jobs: 0)], count: 1))
    }

    package func run(_ request: JobRequest, options: JobOptions, observer: any JobObserver) async throws(PluginError) -> JobReport {
        var member = try await lease()
        member.jobs += 1
        let result: Result<JobReport, PluginError>
        do throws(PluginError) { result = .success(try await member.worker.run(request, options: options, observer: observer)) } catch {
            result = .failure(error)
        }
        await giveBack(member)
        return try result.get()
    }

    package func close() async {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for member in idle { await member.worker.end() }
    }

    private func lease() async throws(PluginError) -> Member {
        let found: Result<Member?, PluginError> = state.withLock { state in
            guard !state.isClosed else { return .failure(PluginError(.lost, "the plugin was closed", plugin: manifest.id)) }
            while let member = state.idle.popLast() {
                if member.worker.isUsable { return .success(member) }
                state.count -= 1
            }
            guard state.count < policy.workersMax else {
                return .failure(
                    PluginError(.limit, "\(state.count) workers are busy, which is the limit; try again later", plugin: manifest.id))
            }
            state.count += 1
            return .success(nil)
        }
        if let member = try found.get() { return member }
        do throws(PluginError) {
            let worker = try await Worker.start(settings, manifest: manifest, image: image, configuration: configuration, logger: logger)
            return Member(worker: worker, jobs: 0)
        } catch {
            state.withLock { $0.count -= 1 }
            throw error
        }
    }

    private func giveBack(_ member: Member) async {
        let isKept = state.withLock { state in
            guard member.worker.isUsable, member.jobs < policy.jobsPerWorkerMax, state.idle.count < policy.warmMax, !state.isClosed else {
                state.count -= 1
                return false
            }
            state.idle.append(member)
            return true
        }
        if !isKept { await member.worker.end() }
    }
}
