import Glibc
import Logging
import NIOCore
import NIOPosix

/// The client's agent as programs here see it: a socket in a directory that nobody else can enter.
final class AgentSocket {
    let path: String
    private let directory: String
    private var socket: (any NIOCore.Channel)?
    private var isClosed = false
    private weak var connection: Connection?

    init(for connection: Connection, in parent: String) throws(SSHError) {
        var name = Array("\(parent)/ssh-XXXXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw SSHError(.byApplication, "cannot make a directory in \(parent): \(String(cString: strerror(errno)))")
        }
        directory = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        path = directory + "/agent"
        self.connection = connection
        let this = NIOLoopBound(self, eventLoop: connection.loop)
        ServerBootstrap(group: connection.loop)
            .serverChannelOption(.backlog, value: 16)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { socket in
                this.value.accepted(socket)
                return socket.eventLoop.makeSucceededVoidFuture()
            }
            .bind(unixDomainSocketPath: path).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let socket):
                    self.socket = socket
                    if self.isClosed { self.remove() }
                case .failure(let error):
                    // Programs see that there is no agent.
                    self.connection?.logger.notice("agent cannot be forwarded", metadata: ["error": "\(error)"])
                }
            }
    }

    private func accepted(_ socket: any NIOCore.Channel) {
        let content = ForwardedStream(socket)
        guard let channel = connection?.open("auth-agent@openssh.com", content, { _ in }) else { return socket.close(promise: nil) }
        content.join(channel)
    }

    func close() {
        isClosed = true
        remove()
    }

    private func remove() {
        socket?.close(promise: nil)
        unlink(path)
        rmdir(directory)
    }
}
