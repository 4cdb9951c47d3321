package import DockerEngine
import Glibc

/// A registry of the tests' own on a loopback port. Only `ada` with the password `s3cret` may do anything.
package actor TestRegistry {
    package static let shared = TestRegistry()
    package static let isAvailable = TestEngine.isAvailable && TestProcess.find("docker-registry") != nil
    package static let reason = "docker-registry, dockerd and busybox-static, or root, are missing"

    package static let credentials = RegistryCredentials(userName: "ada", password: "s3cret")

    private var started: Task<String, any Error>?

    /// `127.0.0.1:4711`
    package func address() async throws -> String {
        if let started { return try await started.value }
        let task = Task { try await Self.start() }
        started = task
        return try await task.value
    }

    private static func start() async throws -> String {
        let directory = try TestProcess.temporaryDirectory()
        let port = try TestProcess.freePort()
        let script = """
            cd "$1" || exit
            printf '%s\\n' 'ada:$2y$05$rPrtJRb1R5xqqlkESxKE5ORhVnAi763gZtm/O9BFsyVyLz5UqPy/2' >users
            cat >config.yml <<EOF
            version: 0.1
            storage:
              filesystem:
                rootdirectory: $1/data
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:$3
            auth:
              htpasswd:
                realm: test
                path: $1/users
            EOF
            "$2" serve config.yml >log 2>&1 3<&- &
            registry=$!
            read -r _
            kill -KILL $registry
            cd / && rm -rf "$1"
            """
        try TestProcess.start(script, [directory, TestProcess.find("docker-registry") ?? "docker-registry", String(port)])
        let address = "127.0.0.1:\(port)"
        guard let image = ImageReference("\(address)/none") else { throw TestEngineError(text: "no name") }
        for _ in 0..<300 {
            do {
                _ = try await RegistryClient(of: image, credentials: credentials).tags()
            } catch let error as RegistryError where error.isNotFound {
                return address
            } catch {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        let log = String(decoding: TestEngine.contents("\(directory)/log") ?? [], as: UTF8.self)
        throw TestEngineError(text: "the registry does not answer: \(log)")
    }
}
