import HostStore
import Logging
import Postgres

/// Keeps a job ours while it runs.
struct JobLease: Sendable {
    let job: LeasedJob
    let settings: BuildSettings
    let pool: ConnectionPool
    let logger: Logger

    /// Why a job's work is to end.
    enum End: Sendable {
        /// Somebody wants that.
        case cancelled
        /// It is, or may soon be, somebody else's.
        case lost
    }

    /// Renews until the job is to end; returns why. Throws only when its own task is cancelled.
    ///
    /// - Parameter isCancelled: whether somebody has said that it is to end.
    func keep(_ isCancelled: @Sendable () -> Bool) async throws -> End {
        var renewed = job.leasedAt
        while true {
            // Short, so that a word of its end is seen soon.
            let due = ContinuousClock.now + settings.renewInterval
            while ContinuousClock.now < due {
                try await Task.sleep(for: min(.milliseconds(100), settings.renewInterval))
                if isCancelled() { return .cancelled }
            }
            let now = ContinuousClock.now
            do {
                let row = try await pool.first(
                    """
                    update provisioner_jobs set lease_expires_at = now() + \(seconds: settings.lease)
                    where \(job.isOurs(settings)) returning canceled_at is not null as is_cancelled
                    """)
                guard let row else { return .lost }
                renewed = now
                if try row["is_cancelled"] { return .cancelled }
            } catch let error as DatabaseError {
                logger.warning("lease of a job is not renewed", metadata: ["job.id": "\(job.id)", "database.error": "\(error)"])
                if ContinuousClock.now - renewed > settings.renewLimit { return .lost }
            }
        }
    }

    /// Goes on renewing while the worker of a cancelled job ends; nothing is told any more.
    func keepToTheEnd() async throws {
        while true {
            try await Task.sleep(for: settings.renewInterval)
            do {
                try await pool.query("update provisioner_jobs set lease_expires_at = now() + \(seconds: settings.lease) where \(job.isOurs(settings))")
            } catch is DatabaseError {
                // What is written under the lease says so if it is lost.
            }
        }
    }
}
