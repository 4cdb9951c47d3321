import CShims
import Glibc
import Synchronization

/// Runs an asynchronous operation on the one thread its host made for it.
///
/// The operation's task prefers this executor, so that its code, and with it every call of the job's sinks, runs here;
/// what comes back from other threads is queued. While there is nothing to do the thread also watches the cancel
/// descriptor and cancels the task.
final class JobLoop: TaskExecutor, @unchecked Sendable {
    // Safe to share: the queue is behind its mutex; the rest is written before the loop starts.
    private let thread = pthread_self()
    private let wake: Int32
    private let queue = Mutex<(jobs: [UnownedJob], calls: [@Sendable () -> Void])>(([], []))

    init?() {
        wake = cshims_eventfd()
        if wake < 0 { return nil }
    }

    deinit { close(wake) }

    var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.withLock { $0.jobs.append(job) }
        signal()
    }

    /// Runs `body` on the job's thread: at once if this is it, else as soon as it is free.
    func call<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        if isCurrent { return body() }
        return await withCheckedContinuation { continuation in
            queue.withLock { $0.calls.append { continuation.resume(returning: body()) } }
            signal()
        }
    }

    /// Runs the operation to its end on the calling thread.
    ///
    /// - Parameters:
    ///   - cancelDescriptor: readable once the job is cancelled.
    ///   - started: is told how to cancel the operation.
    func run(
        cancelDescriptor: Int32, started: (@escaping @Sendable () -> Void) -> Void, _ operation: @escaping @Sendable () async -> UInt32
    ) -> UInt32 {
        let answer = Answer()
        let task = Task.detached(executorPreference: self) {
            let status = await operation()
            answer.value.withLock { $0 = status }
            self.signal()
        }
        started { task.cancel() }
        var isCancelled = false
        while true {
            drain()
            if let status = answer.value.withLock({ $0 }) { return status }
            var waiting = [
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0), pollfd(fd: cancelDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&waiting, isCancelled ? 1 : 2, -1)
            if waiting[0].revents != 0 {
                var count: UInt64 = 0
                _ = read(wake, &count, 8)
            }
            if !isCancelled, waiting[1].revents != 0 {
                isCancelled = true
                task.cancel()
            }
        }
    }

    private final class Answer: Sendable {
        let value = Mutex<UInt32?>(nil)
    }

    private func drain() {
        while true {
            let (jobs, calls) = queue.withLock { queue in
                defer { queue = ([], []) }
                return queue
            }
            if jobs.isEmpty && calls.isEmpty { return }
            for call in calls { call() }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private func signal() {
        if isCurrent { return }  // the loop looks at the queue before it waits
        var one: UInt64 = 1
        _ = write(wake, &one, 8)
    }
}
