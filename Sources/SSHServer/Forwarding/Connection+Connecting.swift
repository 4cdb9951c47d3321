import Glibc
import NIOCore
import NIOPosix

/// Channels that lead from the client to an address here: `direct-tcpip` and `direct-streamlocal@openssh.com`.
extension Connection {
    func connect(_ peer: PeerChannel, to target: ForwardingTarget) {
        guard configuration.forwarding.letsConnect(target) else {
            return refuse(peer, .prohibited, "connections to \(target) are not allowed here")
        }
        // Counted while they wait, or a client could ask for any number of them.
        guard pendingConnects < limits.channelsMax else {
            return refuse(peer, .resourceShortage, "too many connections are being made")
        }
        pendingConnects += 1
        let bootstrap = ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connectTimeout(.seconds(configuration.forwarding.connectSeconds))
        let attempt: EventLoopFuture<any NIOCore.Channel>
        switch target {
        case .tcp(let host, let port):
            guard (1...65535).contains(port) else {
                pendingConnects -= 1
                return refuse(peer, .connectFailed, "there is no port \(port)")
            }
            attempt = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
        case .unix(let path): attempt = bootstrap.connect(unixDomainSocketPath: path)
        }
        attempt.assumeIsolated().whenComplete { result in
            self.pendingConnects -= 1
            switch result {
            case .failure(let error):
                self.refuse(peer, .connectFailed, "cannot connect to \(target): \(Self.reason(error))")
            case .success(let socket):
                let content = ForwardedStream(socket)
                guard !self.isClosed, let channel = self.accept(peer, content) else { return socket.close(promise: nil) }
                content.join(channel)
                content.outputIsFree()
            }
        }
    }

    /// What of an error a client is told.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let last = error.connectionErrors.last { return reason(last.error) }
            return "the name is not known"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: return "no answer in time"
        default: return "\(error)"
        }
    }
}
