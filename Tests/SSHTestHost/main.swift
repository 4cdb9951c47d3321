import Glibc
import Logging
import NIOCore
import NIOPosix
import SSHServer

// Serves SSH on a port of the loopback interface, which it prints, until its standard input ends.
//
// usage: SSHTestHost DIRECTORY [keys] [rekey] [impatient] [debug]
//
// DIRECTORY holds sockets of agents, is the home, and has in "authorized" the keys that "keys" lets in. "rekey" changes keys every
// 64 KiB; "impatient" kills processes soon.

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: SSHTestHost DIRECTORY [keys] [rekey] [impatient] [debug]")
    exit(2)
}
let directory = arguments[1]
let options = Set(arguments.dropFirst(2))

var logger = Logger(label: "ssh") { StreamLogHandler.standardError(label: $0) }
logger.logLevel = options.contains("debug") ? .debug : .warning

let sessions = SessionPolicy(socketDirectory: directory) { request in
    var command = try SessionCommand.login(request, environment: ["HOME": directory])
    command.greeting = "welcome\n"
    return command
}
var configuration = SSHServerConfiguration(
    hostKey: try HostKey(derivedFrom: Array("not a secret, only a test".utf8), name: "test"), sessions: sessions, logger: logger)
configuration.files = FilePolicy(home: directory)
if options.contains("keys") {
    configuration.authentication = .publicKeys { user, key in
        guard user == "tester", let file = fopen(directory + "/authorized", "re") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 16384)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            // A line that is not a key lets nobody in.
            if (try? PublicKey(openSSH: text)) == key { return true }
        }
        return false
    }
} else {
    configuration.authentication = .none
}
if options.contains("rekey") { configuration.limits.bytesOfKeysMax = 64 << 10 }
if options.contains("impatient") { configuration.limits.hangUpSeconds = 1 }
configuration.forwarding.letsConnect = { $0 != .tcp(host: "forbidden.test", port: 1) }

let served = configuration
let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelOption(.allowRemoteHalfClosure, value: true)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try SSHServer.install(on: channel.pipeline, served) }
    }
    .bind(host: "127.0.0.1", port: 0).get()
print(server.localAddress?.port ?? 0, served.hostKey.publicKey.openSSH)
fflush(nil)
try await NIOThreadPool.singleton.runIfActive { while readLine() != nil {} }
