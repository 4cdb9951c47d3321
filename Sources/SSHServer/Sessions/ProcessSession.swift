import Glibc
import Logging
import NIOCore
import NIOPosix

/// A process and the channel it runs for: from its start until both are over.
///
/// A client that leaves ends the process; a process that ends leaves alone what it has started in the background.
final class ProcessSession {
    private let process: ChildProcess
    private let channel: SSHChannel
    private let loop: any EventLoop
    private let hangUpSeconds: Int64
    private var input: StreamBridge?
    private var outputs: [StreamBridge] = []
    private var status: ExitStatus?
    private var isClosed = false
    private var killing: Scheduled<Void>?

    init(_ process: ChildProcess, _ channel: SSHChannel, on loop: any EventLoop, hangUpSeconds: Int64) {
        self.process = process
        self.channel = channel
        self.loop = loop
        self.hangUpSeconds = hangUpSeconds
    }

    /// Begins to pass on what it reads and writes.
    func start() {
        bridge(process.input, isInput: true)
        bridge(process.output)
        if let descriptor = process.errorOutput { bridge(descriptor, isError: true) }
        do {
            let (loop, this) = (self.loop, NIOLoopBound(self, eventLoop: self.loop))
            try ChildWatcher.shared.watch(process.id) { loop.execute { this.value.ended() } }
        } catch {
            channel.send(ByteBuffer(string: "\(error)\r\n"), isError: true)
            process.signal(SIGKILL)
            ended()
        }
    }

    private func bridge(_ descriptor: Int32, isInput: Bool = false, isError: Bool = false) {
        let bootstrap = NIOPipeBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.recvAllocator, value: Transport.allocator)
        let pipe =
            isInput
            ? bootstrap.takingOwnershipOfDescriptor(output: descriptor) : bootstrap.takingOwnershipOfDescriptor(input: descriptor)
        let bridge = StreamBridge(channel, isError: isError)
        if isInput {
            input = bridge
        } else {
            outputs.append(bridge)
            bridge.onInputEnd = { [weak self] in self?.finishIfOver() }
            bridge.onReadComplete = { [weak self] in self?.finishIfOver() }
        }
        pipe.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let pipe):
                do {
                    try pipe.pipeline.syncOperations.addHandler(bridge)
                    if self.isClosed { pipe.close(promise: nil) } else { bridge.readMore() }
                } catch {
                    // It is closed already.
                    bridge.abandon()
                }
            case .failure:
                close(descriptor)
                bridge.abandon()
            }
        }
    }

    // MARK: - From the client

    func receive(_ data: ByteBuffer) { if let input { input.write(data) } else { channel.consumed(data.readableBytes) } }

    func receiveEOF() {
        // A terminal has no end: its programs are told by a character.
        if process.terminal == nil { input?.endOutput() }
    }

    func outputIsFree() { for bridge in outputs { bridge.readMore() } }

    /// Nobody reads what it writes any more, which a process on pipes finds out by a signal.
    func endOutput() {
        guard process.terminal == nil else { return }
        outputs.first?.close()
        channel.dropOutput()
    }

    func resize(_ size: TerminalSize) { process.terminal?.resize(size) }

    func signal(_ name: String) -> Bool {
        guard status == nil, let number = Signals.number(name) else { return false }
        process.signal(number)
        return true
    }

    /// The client has gone.
    func closed() {
        isClosed = true
        input?.close()
        for bridge in outputs { bridge.close() }
        guard status == nil else { return }
        process.signal(SIGHUP)
        // One that was stopped must run to end.
        process.signal(SIGCONT)
        killing = loop.assumeIsolated().scheduleTask(in: .seconds(hangUpSeconds)) { self.process.signal(SIGKILL) }
    }

    // MARK: - The end

    private func ended() {
        killing?.cancel()
        status = process.reap()
        finishIfOver()
    }

    /// Says how the process ended once everything it wrote is on its way.
    private func finishIfOver() {
        guard let status, !isClosed else { return }
        let isOver = outputs.allSatisfy(\.isInputEnded) || process.terminal?.isDrained == true
        guard isOver else { return }
        isClosed = true
        switch status {
        case .exited(let code): channel.sendRequest("exit-status") { $0.writeInteger(UInt32(code)) }
        case .signalled(let number, let dumpedCore):
            channel.sendRequest("exit-signal") {
                $0.put(Signals.name(number))
                $0.put(dumpedCore)
                $0.put("")
                $0.put("")
            }
        }
        channel.close()
        input?.close()
        for bridge in outputs { bridge.close() }
    }
}
