package import DockerEngine
import Glibc

/// An sshd of the tests' own on a loopback port, and a key that may log in as whoever runs the tests.
package struct TestSSHServer: Sendable {
    package let port: Int
    let directory: String

    package static let isAvailable =
        TestEngine.isAvailable && ["sshd", "ssh", "ssh-keygen", "docker"].allSatisfy { TestProcess.find($0) != nil }
    package static let reason = "sshd, ssh, docker, dockerd and busybox-static, or root, are missing"

    /// What reaches it, with a key of the directory: `user`, or `other`, which may not.
    package func options(key: String = "user") -> [String] {
        [
            "-F", "none", "-i", "\(directory)/\(key)", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-o",
            "UserKnownHostsFile=\(directory)/known",
        ]
    }

    package static func start() async throws -> TestSSHServer {
        let directory = try TestProcess.temporaryDirectory()
        let port = try TestProcess.freePort()
        let script = """
            cd "$1" || exit
            for name in host user other; do ssh-keygen -q -t ed25519 -N '' -f $name; done
            printf '[127.0.0.1]:%s %s\\n' "$3" "$(cat host.pub)" >known
            mkdir -p /run/sshd
            cat >config <<EOF
            Port $3
            ListenAddress 127.0.0.1
            HostKey $1/host
            PidFile none
            AuthorizedKeysFile $1/user.pub
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            EOF
            "$2" -D -f "$1/config" -E "$1/log" 3<&- &
            server=$!
            read -r _
            kill -TERM $server
            cd / && rm -rf "$1"
            """
        try TestProcess.start(script, [directory, TestProcess.find("sshd") ?? "sshd", String(port)])
        for _ in 0..<300 {
            let log = String(decoding: TestEngine.contents("\(directory)/log") ?? [], as: UTF8.self)
            if log.contains("Server listening") { return TestSSHServer(port: port, directory: directory) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestEngineError(text: "sshd does not listen")
    }

    /// An engine's socket, seen through it.
    package func endpoint(socket: String, key: String = "user", more: [String] = []) throws -> DockerEndpoint {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return try DockerEndpoint(
            "ssh://127.0.0.1:\(port)\(socket)", ssh: SSHSettings(options: more + options(key: key), environment: ["PATH": path]))
    }
}
