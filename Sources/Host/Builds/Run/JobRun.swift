import HostStore
import JSON
import Logging
import PluginLoading
import PluginSupervision
import Postgres
import ResourceGraph
import Scalars

/// One job, from when it is ours until its end is written.
struct JobRun: Sendable {
    let job: LeasedJob
    let settings: BuildSettings
    let pool: ConnectionPool
    let shelf: any PluginShelf
    let secrets: (any BuildSecrets)?
    let log: JobLog
    let logger: Logger

    var options: JobOptions { JobOptions(id: JobID(rawValue: "job-\(job.id)-\(job.attempt)"), cancel: settings.cancelPolicy) }

    /// Does the work. Whatever goes wrong is a result; cancelling the task is one too.
    func work() async -> JobResult {
        do {
            // A job without consequences may simply be done again; a build that may have had some is recovered.
            if job.attempt > 1 { log.say(.warn, "the server that ran this job is gone; this is attempt \(job.attempt)", stage: "recover") }
            guard job.attempt <= Self.attemptsMax || job.kind == .build else {
                throw BuildError(.lost, "the job was begun \(Self.attemptsMax) times, and each time its server went away")
            }
            return switch job.kind {
            case .templateImport: try await ImportRun(run: self).work()
            case .dryRun: try await ImportRun(run: self).dryRun()
            case .build: try await WorkspaceBuildRun(run: self).work()
            }
        } catch {
            return JobResult(error)
        }
    }

    static let attemptsMax = 3

    /// Does something as a stage of the job, which is shown while it lasts, and timed.
    func stage<T: Sendable>(_ name: String, _ body: () async throws -> T) async throws -> T {
        try await pool.query("update provisioner_jobs set stage = \(name), updated_at = now() where \(job.isOurs(settings))")
        try await pool.notify(.jobChanged, job.id.description)
        let started = Timestamp.now()
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        do {
            try await pool.query(
                """
                insert into provisioner_job_timings (job_id, started_at, ended_at, stage, source, action)
                values (\(job.id), \(started), \(Timestamp.now()), \(name), 'berth', \(name))
                """)
        } catch let error as DatabaseError {
            logger.warning("timing of a stage is not kept", metadata: ["job.id": "\(job.id)", "database.error": "\(error)"])
        }
        return try result.get()
    }

    /// Calls with a directory in which the template's files are; it is gone afterwards.
    func withTemplate<T: Sendable>(_ body: (String) async throws -> T) async throws -> T {
        let directory = "\(settings.workDirectory)/\(job.id)-\(job.attempt)"
        guard let row = try await pool.first("select data from files where id = \(job.file)") else {
            throw BuildError(.files, "the files of the template are gone")
        }
        let data: Bytes = try row["data"]
        let result: Result<T, any Error>
        do {
            try await TemplateFiles.unpack(data.bytes, into: directory)
            result = .success(try await body(directory))
        } catch { result = .failure(error) }
        await TemplateFiles.remove(directory)
        return try result.get()
    }

    /// Runs an operation that changes nothing, and does not need to be remembered.
    func ask(_ plugin: any PluginInstance, _ request: JobRequest, stage: String) async throws -> JobReport {
        try await plugin.run(request, options: options, observer: BuildObserver(log: log, stage: stage))
    }

    func labels(_ inputs: BuildInputs) -> [Label] { inputs.labels.map { Label(key: $0.0, value: $0.1) } }
}
