import Glibc
import HostStore
package import Logging
package import Postgres
import Scalars
import Synchronization

/// Runs the jobs of the deployment that this server gets hold of.
package final class BuildServer: Sendable {
    private let settings: BuildSettings
    private let pool: ConnectionPool
    private let hub: NotificationHub
    private let shelf: any PluginShelf
    private let secrets: (any BuildSecrets)?
    private let logger: Logger
    /// Jobs that somebody wants to end, of those that run here.
    private let cancelled = Mutex<Set<UUID>>([])

    package init(
        _ settings: BuildSettings, pool: ConnectionPool, hub: NotificationHub, shelf: any PluginShelf, secrets: (any BuildSecrets)? = nil,
        logger: Logger
    ) {
        self.settings = settings
        self.pool = pool
        self.hub = hub
        self.shelf = shelf
        self.secrets = secrets
        self.logger = logger
    }

    /// Takes jobs and runs them until its task is cancelled; then what runs is cancelled too, and its end is written.
    package func run() async throws {
        guard mkdir(settings.workDirectory, 0o700) == 0 || errno == EEXIST else {
            throw BuildError(.files, "cannot make \(settings.workDirectory): \(String(cString: strerror(errno)))")
        }
        let (wakeUps, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await renewServer() }
            group.addTask { [self] in for await _ in hub.subscribe(Schema.Channel.jobsQueued.rawValue) { wakeUp.yield() } }
            group.addTask { [self] in await listenForCancels() }
            group.addTask { [self] in
                while !Task.isCancelled {
                    wakeUp.yield()
                    try? await Task.sleep(for: settings.pollInterval)  // cancelled, it ends with the loop
                }
                wakeUp.finish()
            }
            group.addTask { [self] in await takeJobs(wakeUps, wakeUp) }
        }
    }

    private func takeJobs(_ wakeUps: AsyncStream<Void>, _ wakeUp: AsyncStream<Void>.Continuation) async {
        let count = SharedCount()
        await withDiscardingTaskGroup { group in
            for await _ in wakeUps {
                while !Task.isCancelled, count.value < settings.jobCountMax, let job = await take() {
                    count.add(1)
                    group.addTask { [self] in
                        await carryOut(job)
                        count.add(-1)
                        wakeUp.yield()
                    }
                }
            }
        }
    }

    private func take() async -> LeasedJob? {
        do { return try await LeasedJob.take(settings, pool) } catch {
            if !Task.isCancelled { logger.warning("no job can be taken", metadata: ["database.error": "\(error)"]) }
            return nil
        }
    }

    private func listenForCancels() async {
        for await event in hub.subscribe(Schema.Channel.jobCancelled.rawValue) {
            // What was missed is seen when the lease is renewed.
            if case .payload(let text) = event, let id = UUID(text) { cancelled.withLock { _ = $0.insert(id) } }
        }
    }

    // MARK: - One job

    private func carryOut(_ job: LeasedJob) async {
        var logger = logger
        logger[metadataKey: "job.id"] = "\(job.id)"
        logger.info("job begins", metadata: ["job.kind": "\(job.kind.rawValue)", "job.attempt": "\(job.attempt)"])
        let log = JobLog(job: job.id, pool: pool)
        let writing = Task { await log.run() }
        let run = JobRun(job: job, settings: settings, pool: pool, shelf: shelf, secrets: secrets, log: log, logger: logger)
        // Neither is cancelled with this task: the end is still written, and until then the lease is renewed.
        let work = Task { await run.work() }
        let lease = JobLease(job: job, settings: settings, pool: pool, logger: logger)
        let keeping = Task { [self] in
            let end = try await lease.keep { cancelled.withLock { $0.contains(job.id) } }
            work.cancel()
            if case .cancelled = end { try await lease.keepToTheEnd() }
        }
        var result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        if Task.isCancelled, result.outcome == .cancelled {
            (result.outcome, result.error, result.code) = (.failed, "the server was shut down", "server.stopped")
        }
        if let error = result.error { log.say(.error, error, stage: "") }
        writing.cancel()
        await writing.value
        await log.finish(within: .seconds(5))
        await write(JobEnd(job: job, settings: settings, result: result), logger)
        keeping.cancel()
        _ = await keeping.result
        cancelled.withLock { _ = $0.remove(job.id) }
        logger.info("job ended", metadata: ["job.outcome": "\(result.outcome)", "job.error_code": "\(result.code ?? "")"])
    }

    /// Writes the end of a job, for as long as the job may still be ours.
    private func write(_ end: JobEnd, _ logger: Logger) async {
        let pool = pool
        let limit = settings.lease * 2
        // In a task of its own: a server that is shut down writes it too.
        await Task {
            let giveUp = ContinuousClock.now + limit
            while true {
                do {
                    try await end.write(pool)
                    return
                } catch let error as DatabaseError where error.isUnavailable && ContinuousClock.now < giveUp {
                    try? await Task.sleep(for: .milliseconds(200))  // nobody cancels this task
                } catch {
                    logger.error("the end of a job is not written; it will be recovered", metadata: ["job.error": "\(error)"])
                    return
                }
            }
        }.value
    }

    // MARK: - This server

    private func renewServer() async {
        let tags = settings.tagsJSON
        while !Task.isCancelled {
            do {
                try await pool.query(
                    """
                    insert into servers (id, hostname, version, relay_url, tags)
                    values (\(settings.serverID), \(settings.hostname), \(settings.version), \(settings.relayURL), \(tags))
                    on conflict (id) do update set seen_at = now()
                    """)
            } catch {
                logger.debug("server is not renewed", metadata: ["database.error": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(10))  // cancelled, it ends with the loop
        }
        let id = settings.serverID
        let pool = pool
        _ = await Task { try await pool.query("delete from servers where id = \(id)") }.result  // else it is seen to be gone
    }
}

/// How many jobs run.
private final class SharedCount: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add(_ change: Int) { count.withLock { $0 += change } }
}
