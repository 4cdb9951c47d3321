import HCL
import ProviderKit

/// Reaching the machine of a `connection` block: tried again until it answers, or the time is over.
struct SSHConnection: Sendable {
    private let settings: SSHSettings
    private let announce: @Sendable (String) -> Void

    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(10)

    init(_ connection: Value, _ operation: ProvisionerOperation) throws(SSHError) {
        guard !connection.isNull else { throw SSHError("Missing connection configuration for provisioner.", isFinal: true) }
        settings = try SSHSettings(connection, in: operation.environment)
        announce = operation.output
    }

    /// Where a script goes; nil for the usual place.
    var scriptPath: String? { settings.scriptPath }

    /// Connects, on a thread of its own, and does something with the session there.
    func perform(_ body: @escaping @Sendable (SSHSession) throws -> Void) async throws {
        try await BlockingThread.run("ssh") { [self] interrupt in
            try body(connect(interrupt))
        }
    }

    private func connect(_ interrupt: Interrupt) throws -> SSHSession {
        let deadline = ContinuousClock.now + settings.timeout
        var pause = Self.firstPause
        while true {
            settings.announcement.forEach(announce)
            do {
                let session = try attempt(until: deadline, interrupt)
                announce("Connected!")
                return session
            } catch let error as SSHError where !error.isFinal {
                let left = max(.zero, deadline - .now)
                _ = try interrupt.wait(atMost: min(pause, left))
                guard deadline > .now else { throw SSHError("timeout - last error: \(error)") }
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func attempt(until deadline: ContinuousClock.Instant, _ interrupt: Interrupt) throws -> SSHSession {
        let target = settings.target
        guard let bastion = settings.bastion else {
            return try session(with: target, until: deadline, interrupt)
        }
        let outer: SSHSession
        do { outer = try session(with: bastion, until: deadline, interrupt) } catch let error as SSHError {
            throw SSHError("Error connecting to bastion: \(error)", isFinal: error.isFinal)
        }
        let descriptor = try SSHTunnel.open(through: outer, to: target, interrupt)
        return try SSHSession(target, over: descriptor, within: deadline - .now, interrupt)
    }

    private func session(
        with endpoint: SSHEndpoint, until deadline: ContinuousClock.Instant, _ interrupt: Interrupt
    ) throws -> sending SSHSession {
        let limit = deadline - .now
        let descriptor =
            if let proxy = settings.proxy {
                try proxy.connect(to: endpoint, within: limit, interrupt).release()
            } else {
                try SSHSocket(to: endpoint.host, port: endpoint.port, within: limit, interrupt).release()
            }
        return try SSHSession(endpoint, over: descriptor, within: deadline - .now, interrupt)
    }
}
