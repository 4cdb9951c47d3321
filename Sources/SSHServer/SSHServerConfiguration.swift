package import Logging
package import NIOPosix

/// What a server is, and what it lets clients do.
package struct SSHServerConfiguration: Sendable {
    package var hostKey: HostKey
    package var authentication: Authentication = .publicKeys { _, _ in false }
    /// What is run for a client.
    package var sessions: SessionPolicy
    package var forwarding = ForwardingPolicy()
    /// Nil if files are not served.
    package var files: FilePolicy? = FilePolicy()
    package var limits = SSHLimits()
    /// What follows `SSH-2.0-` in the first line.
    ///
    /// OpenSSH's client sends `eow@openssh.com`, without which `ssh … yes | head` would never end, only to names that begin so.
    package var softwareName = "OpenSSH_Berth"
    /// Where the operations of SFTP wait for disks.
    package var threads = NIOThreadPool.singleton
    package var logger: Logger

    package init(hostKey: HostKey, sessions: SessionPolicy, logger: Logger) {
        self.hostKey = hostKey
        self.sessions = sessions
        self.logger = logger
    }
}

/// How much one connection may have.
package struct SSHLimits: Sendable, Hashable {
    /// Channels at once: sessions, and forwarded connections.
    package var channelsMax = 512
    /// How much a client may send on a channel before anybody has read it; requests of SFTP must fit in.
    package var windowSizeBytes = 2 << 20 {
        didSet { precondition(windowSizeBytes >= 512 << 10, "the window must hold the longest request of SFTP twice") }
    }
    /// The longest packet that is taken; before authentication it is 35,000, as RFC 4253 demands.
    package var packetSizeMax = 64 << 10
    /// How much may wait to be sent before the sources of data are not read any more.
    package var outputSizeMax = 512 << 10
    /// Addresses that are listened on for the client.
    package var listenersMax = 64
    package var environmentVariablesMax = 256
    package var filesMax = 256
    package var authenticationAttemptsMax = 6
    package var authenticationSecondsMax: Int64 = 60
    /// After so much in one direction, or so long, keys are changed.
    package var bytesOfKeysMax = 1 << 30
    package var secondsOfKeysMax: Int64 = 3600
    /// How long a process may take to end after SIGHUP when its channel is closed, before SIGKILL ends it.
    package var hangUpSeconds: Int64 = 10

    package init() {}
}
