import HostStore
import Postgres
import Scalars
import Synchronization

/// One line of a job's log.
struct LogLine: Sendable, Equatable {
    enum Level: String, Sendable { case trace, debug, info, warn, error }

    var time = Timestamp.now()
    /// `provisioner` or `provisioner_daemon`.
    var source = "provisioner"
    var level: Level
    var stage: String
    var output: String
}

/// Writes the log of a job in batches, beside the job: it never fails one, and never holds one up.
///
/// Lines wait in memory, bounded; what has no place is counted, and a line says how many are missing.
final class JobLog: Sendable {
    private struct State {
        var lines: [LogLine] = []
        var size = 0
        var dropped = 0
    }

    static let lineSizeMax = 64 << 10
    static let jobSizeMax = 32 << 20
    private static let waitingSizeMax = 4 << 20
    private static let batchCountMax = 1000
    private static let interval: Duration = .milliseconds(250)

    private let job: UUID
    private let pool: ConnectionPool
    private let state = Mutex(State())

    init(job: UUID, pool: ConnectionPool) {
        self.job = job
        self.pool = pool
    }

    func add(_ line: LogLine) {
        var line = line
        // The database takes no NUL.
        if line.output.utf8.contains(0) { line.output = line.output.replacing("\0", with: "\u{FFFD}") }
        if line.output.utf8.count > Self.lineSizeMax {
            line.output = String(decoding: line.output.utf8.prefix(Self.lineSizeMax - 4), as: UTF8.self) + "…"
        }
        let size = line.output.utf8.count + 64
        state.withLock { state in
            guard state.size + size <= Self.waitingSizeMax else {
                state.dropped += 1
                return
            }
            state.size += size
            state.lines.append(line)
        }
    }

    func say(_ level: LogLine.Level, _ text: String, stage: String) {
        add(LogLine(source: "provisioner_daemon", level: level, stage: stage, output: text))
    }

    /// Writes until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await writeSome()
            // Cancelled, it ends with the loop.
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Writes what waits, for as long as that may take.
    func finish(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end, state.withLock({ !$0.lines.isEmpty || $0.dropped > 0 }) {
            if await !writeSome() { try? await Task.sleep(for: Self.interval) }  // a shorter wait does no harm
        }
    }

    /// Writes one batch; false if there was none, or it could not be written.
    @discardableResult
    private func writeSome() async -> Bool {
        let batch = state.withLock { state in
            var batch = Array(state.lines.prefix(Self.batchCountMax))
            if state.dropped > 0, batch.count == state.lines.count {
                batch.append(
                    LogLine(
                        source: "provisioner_daemon", level: .warn, stage: batch.last?.stage ?? "",
                        output: "\(state.dropped) lines are missing here, because the database did not take them in time"))
            }
            return (lines: batch, taken: min(state.lines.count, Self.batchCountMax), dropped: state.dropped)
        }
        guard !batch.lines.isEmpty else { return false }
        do {
            try await write(batch.lines)
        } catch {
            return false  // they wait; the log of a job is no reason to end it
        }
        state.withLock { state in
            state.size -= state.lines.prefix(batch.taken).reduce(0) { $0 + $1.output.utf8.count + 64 }
            state.lines.removeFirst(batch.taken)
            if batch.lines.count > batch.taken { state.dropped -= batch.dropped }
        }
        return true
    }

    private func write(_ lines: [LogLine]) async throws {
        try await pool.withTransaction { transaction in
            guard let row = try await transaction.first("select logs_length, logs_overflowed from provisioner_jobs where id = \(job) for no key update")
            else { return }
            var length: Int = try row["logs_length"]
            if try row["logs_overflowed"] { return }
            var kept: [LogLine] = []
            var isFull = false
            for line in lines {
                guard length + line.output.utf8.count <= Self.jobSizeMax else {
                    isFull = true
                    kept.append(
                        LogLine(
                            source: "provisioner_daemon", level: .warn, stage: line.stage,
                            output: "the log has reached \(Self.jobSizeMax >> 20) MiB; what follows is not kept"))
                    break
                }
                length += line.output.utf8.count
                kept.append(line)
            }
            try await transaction.query(
                """
                insert into provisioner_job_logs (job_id, id, created_at, source, level, stage, output)
                select \(job), (select coalesce(max(id), 0) from provisioner_job_logs where job_id = \(job)) + l.place,
                    l.time, l.source, l.level, l.stage, l.output
                from unnest(\(kept.map(\.time)), \(kept.map(\.source)), \(kept.map(\.level.rawValue)), \(kept.map(\.stage)), \(kept.map(\.output)))
                    with ordinality as l (time, source, level, stage, output, place)
                """)
            try await transaction.query("update provisioner_jobs set logs_length = \(length), logs_overflowed = \(isFull) where id = \(job)")
            try await transaction.notify(.jobChanged, job.description)
        }
    }
}
