import CShims
import Glibc

/// A thread with a deep stack on which a walk computes, one piece after another.
///
/// Expressions nest as deep as their author likes, and the threads of Swift's pool have half a mebibyte of stack. The thread
/// ends with the executor.
final class EngineThread: SerialExecutor {
    /// Address space only; memory is taken as it is used.
    private static let stackSizeBytes = 512 << 20

    private let queue = JobQueue()

    /// - Throws: ``EngineThreadError`` if the system has no thread to give.
    init() throws(EngineThreadError) {
        let body = Unmanaged.passRetained(queue)
        let run: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
            guard let context else { return }
            Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().runUntilClosed()
        }
        let status = cshims_start_thread("berth-template", Self.stackSizeBytes, run, body.toOpaque())
        guard status == 0 else {
            body.release()
            throw EngineThreadError(errorNumber: -status)
        }
    }

    deinit { queue.close() }

    func enqueue(_ job: consuming ExecutorJob) { queue.append(UnownedJob(job), of: asUnownedSerialExecutor()) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// No thread could be started.
struct EngineThreadError: Error, CustomStringConvertible {
    var errorNumber: Int32
    var description: String { "cannot start a thread for the template engine: \(String(cString: strerror(errorNumber)))" }
}

/// What waits to be run on the thread.
private final class JobQueue: @unchecked Sendable {  // everything below the mutex is touched with it locked only
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func append(_ job: UnownedJob, of executor: UnownedSerialExecutor) {
        pthread_mutex_lock(mutex)
        jobs.append((job, executor))
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func runUntilClosed() {
        while true {
            let batch = take()
            if batch.isEmpty { return }
            for (job, executor) in batch { job.runSynchronously(on: executor) }
        }
    }

    /// Waits for jobs; none once it is closed.
    private func take() -> [(UnownedJob, UnownedSerialExecutor)] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty && !isClosed { pthread_cond_wait(condition, mutex) }
        defer { jobs = [] }
        return jobs
    }
}
