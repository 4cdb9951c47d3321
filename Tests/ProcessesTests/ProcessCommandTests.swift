import Glibc
import Processes
import Synchronization
import TestSupport
import Testing

@Suite("running a program") struct ProcessCommandTests {
    private func shell(_ script: String, directory: String? = nil, _ change: (inout ProcessCommand) -> Void = { _ in }) -> ProcessCommand {
        var command = ProcessCommand(["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "A": "x y"], directory: directory)
        change(&command)
        return command
    }

    @Test("it gets its arguments, environment, directory and input, and what it writes and its status come back")
    func result() async throws {
        let command = shell(#"cat; echo "$A $(pwd)"; echo e >&2; exit 3"#, directory: "/usr") { $0.input = Array("in\n".utf8) }
        let result = try await command.run()
        #expect(String(decoding: result.output, as: UTF8.self) == "in\nx y /usr\n")
        #expect(String(decoding: result.errorOutput, as: UTF8.self) == "e\n")
        #expect(result.status == .exited(3) && !result.isTruncated)
        #expect(try await shell("kill -9 $$").run().status == .signalled(SIGKILL))
    }

    @Test("without input it reads nothing, and inherits no descriptor of ours")
    func clean() async throws {
        let result = try await shell("cat; ls /proc/self/fd | wc -l").run()
        // Three, and the one with which ls reads the directory.
        #expect(String(decoding: result.output, as: UTF8.self) == "4\n")
    }

    @Test("lines are told one by one, in the order in which they were written")
    func lines() async throws {
        let lines = Mutex<[String]>([])
        let command = shell(#"printf 'a\r\nb'; echo c >&2; printf d"#) { $0.mergesErrorOutput = true }
        let result = try await command.run { stream, line in lines.withLock { $0.append("\(stream) \(line)") } }
        #expect(lines.withLock { $0 } == ["output a", "output bc", "output d"])
        #expect(result.output.isEmpty)
    }

    @Test("output beyond the limit is dropped and does not stop the program")
    func limit() async throws {
        let result = try await shell("head -c 300000 /dev/zero; exit 7") { $0.outputSizeMax = 1000 }.run()
        #expect(result.output.count == 1000 && result.isTruncated && result.status == .exited(7))
    }

    @Test("cancelling ends the program and what it started, also what ignores SIGTERM", arguments: ["", "trap '' TERM; "])
    func cancel(_ trap: String) async throws {
        try await Fixture.with { fixture in
            let command = shell("\(trap)sleep 600 & echo $! > child; echo $$ > self; wait; sleep 600", directory: fixture.directory) {
                $0.grace = .milliseconds(200)
            }
            let run = Task { try await command.run() }
            try await eventually("the program runs") { access(fixture.directory + "/self", F_OK) == 0 }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            let child = try #require(pid_t(text(fixture.directory + "/child")))
            try await eventually("its child is gone") { kill(child, 0) != 0 }
        }
    }

    @Test("what takes too long is ended and says so")
    func timeout() async throws {
        let command = shell("sleep 600") { $0.timeout = .milliseconds(100) }
        let error = await #expect(throws: ProcessError.self) { try await command.run() }
        #expect(error?.code == ETIMEDOUT && error?.description.contains("longer than 0.1 s") == true)
    }

    @Test("what cannot be started says why", arguments: [("nonexistent", ENOENT), ("/usr", EACCES), ("", EINVAL)])
    func start(_ program: String, _ code: Int32) async {
        let error = await #expect(throws: ProcessError.self) {
            try await ProcessCommand([program], environment: ["PATH": "/usr/bin"]).run()
        }
        #expect(error?.code == code)
    }

    private func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count].prefix { $0 != 0x0A }, as: UTF8.self)
    }
}
