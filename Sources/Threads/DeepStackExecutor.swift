import Glibc

/// Runs an actor's pieces, one after another, on a thread of its own with a deep stack.
///
/// Expressions nest as deep as their author likes, and the threads of Swift's pool have half a mebibyte of stack. The thread
/// ends with the executor.
package final class DeepStackExecutor: SerialExecutor {
    private let queue = JobQueue()

    package init() throws(ThreadError) {
        try OwnThread.start("berth-template", stackSizeBytes: DeepStack.sizeBytes) { [queue] in queue.runUntilClosed() }
    }

    deinit { queue.close() }

    package func enqueue(_ job: consuming ExecutorJob) { queue.append(UnownedJob(job), of: asUnownedSerialExecutor()) }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
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
