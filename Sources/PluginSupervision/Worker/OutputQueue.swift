import CShims
import Glibc
import PluginLoading

/// What a worker has to say, on its way to the socket. A thread of its own sends it, in order.
///
/// Log records never wait: when more than ``logSizeMaxBytes`` are queued they are dropped, counted, and the gap is
/// reported where it occurred. Everything else is kept; whoever adds it from a job's thread waits while the queue is long.
final class OutputQueue: @unchecked Sendable {
    // Safe to share: every member below `mutex` is used with it held.
    private let socket: FrameSocket
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var queued = ByteWriter(reserving: 1 << 16)
    private var dropped: UInt64 = 0
    private var isSending = false
    private var isBroken = false
    private var sleepers = 0

    static let logSizeMaxBytes = 32 << 20
    static let waitSizeBytes = 16 << 20

    init(_ socket: FrameSocket) throws(PluginError) {
        self.socket = socket
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
        // Ends with the process: a worker has one queue for all its life.
        let queue = Unmanaged.passRetained(self)
        let status = cshims_start_thread(
            "berth-output", 256 << 10, { Unmanaged<OutputQueue>.fromOpaque($0!).takeRetainedValue().sendForever() }, queue.toOpaque())
        guard status == 0 else {
            queue.release()
            throw .system("cannot start a thread", -status)
        }
    }

    /// Adds a log record, or drops it.
    func log(_ message: WorkerMessage) {
        pthread_mutex_lock(mutex)
        if queued.bytes.count > Self.logSizeMaxBytes {
            dropped += 1
        } else {
            writeGap()
            message.encode(into: &queued)
            wake()
        }
        pthread_mutex_unlock(mutex)
    }

    /// Adds a message that may be forgotten under pressure, such as progress.
    func offer(_ message: WorkerMessage) {
        pthread_mutex_lock(mutex)
        if queued.bytes.count <= Self.waitSizeBytes {
            message.encode(into: &queued)
            wake()
        }
        pthread_mutex_unlock(mutex)
    }

    /// Adds a message.
    ///
    /// - Parameter mayWait: whether the caller may be made to wait while the queue is long.
    /// - Returns: false if the host is gone.
    @discardableResult
    func send(_ message: WorkerMessage, mayWait: Bool) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while mayWait, queued.bytes.count > Self.waitSizeBytes, !isBroken {
            sleepers += 1
            pthread_cond_wait(changed, mutex)
            sleepers -= 1
        }
        guard !isBroken else { return false }
        writeGap()
        message.encode(into: &queued)
        wake()
        return true
    }

    private func writeGap() {
        guard dropped > 0 else { return }
        WorkerMessage.dropped(dropped).encode(into: &queued)
        dropped = 0
    }

    private func wake() {
        if !isSending || sleepers > 0 { pthread_cond_broadcast(changed) }
    }

    private func sendForever() {
        var sending = ByteWriter(reserving: 1 << 16)
        pthread_mutex_lock(mutex)
        while true {
            while queued.bytes.isEmpty { pthread_cond_wait(changed, mutex) }
            swap(&queued, &sending)
            isSending = true
            if sleepers > 0 { pthread_cond_broadcast(changed) }
            pthread_mutex_unlock(mutex)
            let isSent = sending.bytes.withUnsafeBytes { socket.send($0) }
            // A burst's memory is given back; an ordinary buffer is used again.
            if sending.bytes.count > 1 << 20 { sending = ByteWriter(reserving: 1 << 16) } else { sending.clear() }
            pthread_mutex_lock(mutex)
            isSending = false
            if !isSent {
                // Without its socket a worker can never say that the job has ended; its end says that.
                if !socket.isOpen { _exit(WireProtocol.socketLostCode) }
                isBroken = true
                queued.clear()
                pthread_cond_broadcast(changed)
                pthread_mutex_unlock(mutex)
                return
            }
        }
    }
}
