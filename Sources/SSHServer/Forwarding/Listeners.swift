import Glibc
import Logging
import NIOCore
import NIOPosix

/// Addresses that are listened on for the client (`ssh -R`); each connection to one becomes a channel.
final class Listeners {
    private unowned let connection: Connection
    private var sockets: [ForwardingTarget: [any NIOCore.Channel]] = [:]
    private var opening = 0
    /// The connection is over: what is opened now is closed again.
    private var isClosed = false

    init(_ connection: Connection) { self.connection = connection }

    /// - Parameter done: is told the port, or 0 for a path; nil if it cannot be listened on.
    func open(_ target: ForwardingTarget, _ done: @escaping (Int?) -> Void) {
        let (logger, policy) = (connection.logger, connection.configuration.forwarding)
        guard sockets.count + opening < connection.limits.listenersMax, sockets[target] == nil, policy.letsListen(target) else {
            logger.info("listening refused", metadata: ["ssh.target": "\(target)"])
            return done(nil)
        }
        opening += 1
        bind(target).assumeIsolated().whenComplete { result in
            self.opening -= 1
            switch result {
            case .failure(let error):
                logger.info("cannot listen", metadata: ["ssh.target": "\(target)", "error": "\(error)"])
                done(nil)
            case .success(let sockets):
                let port = sockets.first?.localAddress?.port ?? 0
                let bound: ForwardingTarget = if case .tcp(let host, 0) = target { .tcp(host: host, port: port) } else { target }
                guard !self.isClosed else {
                    self.close(sockets, bound)
                    return done(nil)
                }
                self.sockets[bound] = sockets
                done(port)
            }
        }
    }

    /// False if it is not listened on.
    func close(_ target: ForwardingTarget) -> Bool {
        guard let sockets = sockets.removeValue(forKey: target) else { return false }
        close(sockets, target)
        return true
    }

    func closeAll() {
        isClosed = true
        for (target, sockets) in sockets { close(sockets, target) }
        sockets = [:]
    }

    private func close(_ sockets: [any NIOCore.Channel], _ target: ForwardingTarget) {
        for socket in sockets { socket.close(promise: nil) }
        if case .unix(let path) = target { unlink(path) }
    }

    // MARK: - Sockets

    private func bind(_ target: ForwardingTarget) -> EventLoopFuture<[any NIOCore.Channel]> {
        switch target {
        case .unix(let path):
            return bootstrap(target).bind(unixDomainSocketPath: path).map { socket in
                // Between bind and here others could connect only if they may search the directory.
                chmod(path, 0o600)
                return [socket]
            }
        case .tcp(let host, let port):
            guard (0...65535).contains(port) else {
                return connection.loop.makeFailedFuture(SSHError(.protocolError, "there is no port \(port)"))
            }
            let bind = { [bootstrap = bootstrap(target)] (host: String, port: Int) in bootstrap.bind(host: host, port: port) }
            // RFC 4254, section 7.1. The other family is a gain, not a condition: a container may have one only.
            switch host {
            case "", "*": 
                return bind("::", port).assumeIsolated().flatMapError { _ in bind("0.0.0.0", port) }.map { [$0] }.nonisolated()
            case "localhost":
                return bind("127.0.0.1", port).assumeIsolated().flatMap { socket in
                    bind("::1", socket.localAddress?.port ?? port).map { [socket, $0] }.recover { _ in [socket] }
                }.nonisolated()
            default: return bind(host, port).map { [$0] }
            }
        }
    }

    private func bootstrap(_ target: ForwardingTarget) -> ServerBootstrap {
        let this = NIOLoopBound(self, eventLoop: connection.loop)
        return ServerBootstrap(group: connection.loop)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { socket in
                this.value.accepted(socket, on: target)
                return socket.eventLoop.makeSucceededVoidFuture()
            }
    }

    private func accepted(_ socket: any NIOCore.Channel, on target: ForwardingTarget) {
        guard !isClosed else { return socket.close(promise: nil) }
        let content = ForwardedStream(socket)
        let channel: SSHChannel?
        switch target {
        case .unix(let path):
            channel = connection.open("forwarded-streamlocal@openssh.com", content) {
                $0.put(path)
                $0.put("")
            }
        case .tcp(let host, let port):
            channel = connection.open("forwarded-tcpip", content) {
                $0.put(host)
                $0.writeInteger(UInt32(port == 0 ? socket.localAddress?.port ?? 0 : port))
                $0.put(socket.remoteAddress?.ipAddress ?? "")
                $0.writeInteger(UInt32(socket.remoteAddress?.port ?? 0))
            }
        }
        guard let channel else { return socket.close(promise: nil) }
        content.join(channel)
    }
}
