import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A channel on which SFTP is spoken.
///
/// Requests are cut out of the stream here; as many as have come are done together on a thread, in their order, while the next
/// arrive. Their number is bounded by the window, and nothing is begun while the client does not take its answers.
final class FileSession {
    private let channel: SSHChannel
    private let server: FileServer
    private let threads: NIOThreadPool
    private let loop: any EventLoop
    private let logger: Logger
    private var input = ByteBuffer()
    private var requests: [ByteBuffer] = []
    private var isWorking = false
    private var isInputEnded = false
    private var isClosed = false

    private static let batchMax = 64
    private static let outputSizeMax = 512 << 10

    init(_ channel: SSHChannel, _ policy: FilePolicy, _ configuration: SSHServerConfiguration, on loop: any EventLoop) {
        self.channel = channel
        self.loop = loop
        server = FileServer(policy, filesMax: configuration.limits.filesMax)
        threads = configuration.threads
        logger = configuration.logger
    }

    func receive(_ data: ByteBuffer) {
        guard !isClosed else { return channel.consumed(data.readableBytes) }
        if input.readableBytes == 0 {
            input = data
        } else {
            input.discardReadBytes()
            input.writeImmutableBuffer(data)
        }
        while let length: UInt32 = input.getInteger(at: input.readerIndex) {
            guard (5...UInt32(FileServer.packetSizeMax)).contains(length) else {
                return fail(.violation("a packet of SFTP has the impossible length \(length)"))
            }
            guard input.readableBytes >= 4 + Int(length) else { break }
            input.moveReaderIndex(forwardBy: 4)
            if let request = input.readSlice(length: Int(length)) { requests.append(request) }
        }
        work()
    }

    func receiveEOF() {
        isInputEnded = true
        work()
    }

    func outputIsFree() { work() }

    func closed() {
        isClosed = true
        server.isCancelled.store(true, ordering: .relaxed)
        if !isWorking { cleanUp() }
    }

    private func work() {
        guard !isWorking, !isClosed else { return }
        guard !requests.isEmpty else {
            if isInputEnded { finish() }
            return
        }
        guard channel.isOutputFree else { return }
        isWorking = true
        let batch = Array(requests.prefix(Self.batchMax))
        threads.runIfActive(eventLoop: loop) { [server] in server.perform(batch, outputSizeMax: Self.outputSizeMax) }
            .assumeIsolated().whenComplete { result in
                self.isWorking = false
                switch result {
                case .success(let answers): self.done(answers)
                // The server's threads are being stopped.
                case .failure(let error): self.fail(SSHError(.byApplication, "\(error)"))
                }
            }
    }

    private func done(_ answers: FileServer.Answers) {
        guard !isClosed else { return cleanUp() }
        let size = requests.prefix(answers.count).reduce(0) { $0 + $1.readableBytes + 4 }
        requests.removeFirst(answers.count)
        channel.send(answers.output)
        channel.consumed(size)
        if let failure = answers.failure { fail(failure) } else { work() }
    }

    private func fail(_ error: SSHError) {
        logger.info("sftp ended", metadata: ["error": "\(error)"])
        channel.send(ByteBuffer(string: "\(error)\n"), isError: true)
        finish(status: 1)
    }

    private func finish(status: UInt32 = 0) {
        isClosed = true
        channel.sendRequest("exit-status") { $0.writeInteger(status) }
        channel.close()
        if !isWorking { cleanUp() }
    }

    private func cleanUp() {
        requests = []
        input = ByteBuffer()
        // Closing can wait for disks too. If the threads are gone, so is the process soon, and with it what it has open.
        threads.submit { [server] state in if state == .active { server.closeAll() } }
    }
}
