package import DockerEngine
import Glibc
import JSON

/// A Docker Engine of the tests' own: no other images, containers or networks than theirs, and nothing left of it afterwards.
package actor TestEngine {
    package static let shared = TestEngine(isSwarm: false)
    /// Another one, the manager of a swarm, in a network namespace of its own: a swarm has fixed ports.
    package static let swarm = TestEngine(isSwarm: true)

    private let isSwarm: Bool

    private init(isSwarm: Bool) { self.isSwarm = isSwarm }

    /// Whether an engine can be started here; where not, tests are skipped.
    package static let isAvailable = geteuid() == 0 && TestProcess.find("dockerd") != nil && busybox != nil
    package static let reason = "dockerd and busybox-static, or root, are missing"

    /// An image with a shell and small programs, as `alpine` would be.
    package static let image = "berth.test/base:1"

    private struct Started: Sendable {
        var endpoint: DockerEndpoint
        var directory: String
        var port: Int
    }

    private var started: Task<Started, any Error>?

    /// The engine's address, once it answers and has the image.
    package func endpoint() async throws -> DockerEndpoint { try await engine().endpoint }

    /// Where it listens behind TLS, and the directory of the client's certificates.
    package func secured() async throws -> (host: String, certificates: String) {
        let engine = try await engine()
        return ("tcp://127.0.0.1:\(engine.port)", engine.directory)
    }

    private func engine() async throws -> Started {
        if let started { return try await started.value }
        let task = Task { [isSwarm] in try await Self.start(isSwarm) }
        started = task
        return try await task.value
    }

    package func client() async throws -> DockerClient { try DockerClient(try await endpoint()) }

    /// Another engine, whose disk is a small one, and which has no networks.
    package static func small(sizeMiB: Int) async throws -> DockerClient {
        try DockerClient(try await start(false, sizeMiB: sizeMiB).endpoint)
    }

    private static func start(_ isSwarm: Bool, sizeMiB: Int? = nil) async throws -> Started {
        let directory = try TestProcess.temporaryDirectory()
        let port = try TestProcess.freePort()
        try spawnEngine(in: directory, port: port, isSwarm, sizeMiB)
        let endpoint = try DockerEndpoint("unix://\(directory)/docker.sock")
        let client = try DockerClient(endpoint)
        var attempts = 0
        while true {
            do {
                _ = try await client.info()
                break
            } catch {
                attempts += 1
                guard attempts < 600 else { throw TestEngineError(text: "dockerd does not answer: \(error)\n\(log(directory))") }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        try await addBaseImage(client)
        if isSwarm { try await client.initializeSwarm(listen: "127.0.0.1:2377", advertise: "127.0.0.1") }
        return Started(endpoint: endpoint, directory: directory, port: port)
    }

    private static func addBaseImage(_ client: DockerClient) async throws {
        guard let busybox, let bytes = contents(busybox), let image = ImageReference(image) else { return }
        var archive = TarArchive()
        for directory in ["bin", "tmp", "etc", "root"] { archive.addDirectory(directory) }
        archive.addFile("bin/busybox", mode: 0o755, bytes)
        for name in ["sh", "cat", "echo", "env", "false", "grep", "hostname", "id", "ls", "mount", "nc", "sleep", "touch", "true", "wget"] {
            archive.addLink("bin/\(name)", to: "busybox")
        }
        archive.addFile("etc/passwd", Array("root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/:/bin/sh\n".utf8))
        archive.addFile("etc/group", Array("root:x:0:\nuser:x:1000:\n".utf8))
        try await client.importImage(
            archive.finished(), as: image, changes: ["ENV PATH=/bin", "ENV FROM_IMAGE=1", "CMD [\"sh\"]", "LABEL from.image=1"])
    }

    /// Starts dockerd under a shell that ends it, and all that it runs, when this process is gone, however that happens.
    private static func spawnEngine(in directory: String, port: Int, _ isSwarm: Bool, _ sizeMiB: Int?) throws {
        let script = """
            cd "$1" || exit
            curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            {
                openssl req -x509 $curve -keyout ca-key.pem -out ca.pem -days 2 -subj /CN=authority
                for who in server client; do
                    openssl req $curve -keyout $who-key.pem -out $who.csr -subj /CN=$who
                    printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%sAuth\n' $who >$who.ext
                    openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out $who.pem -days 2 -extfile $who.ext
                done
                cp client.pem cert.pem
                cp client-key.pem key.pem
            } 2>/dev/null
            alone=
            [ -z "$5" ] || alone="unshare --net $1/alone"
            printf '#!/bin/sh\n%s ip link set lo up\nexec "$@"\n' "$5" >"$1/alone"
            chmod 700 "$1/alone"
            [ -z "$6" ] || { mkdir data && mount -t tmpfs -o "size=$6m" data "$1/data"; }
            $alone "$2" ${6:+--bridge=none --iptables=false} --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" -H "unix://$1/docker.sock" \
                --shutdown-timeout 3 --storage-driver "$3" -H "tcp://127.0.0.1:$4" \
                --tlsverify --tlscacert ca.pem --tlscert server.pem --tlskey server-key.pem >"$1/log" 2>&1 3<&- &
            engine=$!
            read -r _
            kill -TERM $engine
            wait $engine
            cd / && umount "$1"/exec/netns/* 2>/dev/null
            [ -z "$6" ] || umount "$1/data"
            rm -rf "$1"
            """
        let driver = getenv("BERTH_TEST_DOCKER_STORAGE").map { String(cString: $0) } ?? "overlay2"
        // Engines that are special have a network namespace of their own.
        let alone = isSwarm || sizeMiB != nil ? busybox ?? "" : ""
        try TestProcess.start(
            script,
            [directory, TestProcess.find("dockerd") ?? "dockerd", driver, String(port), alone, sizeMiB.map(String.init) ?? ""])
    }

    private static var busybox: String? { ["/bin/busybox", "/usr/bin/busybox"].first { access($0, X_OK) == 0 } }

    private static func log(_ directory: String) -> String {
        String(decoding: (contents("\(directory)/log") ?? []).suffix(4000), as: UTF8.self)
    }

    package static func contents(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}

/// Why the engine of the tests is not there.
package struct TestEngineError: Error, CustomStringConvertible {
    var text: String
    package var description: String { text }
}
