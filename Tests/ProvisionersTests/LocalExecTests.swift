import Foundation
import HCL
import ProviderKit
import Provisioners
import TestSupport
import Testing

@Suite("local-exec") struct LocalExecTests {
    @Test("a command runs in the directory of the module with its variables, and tells its lines")
    func runs() async throws {
        try await Fixture.with { fixture in
            _ = try fixture.write("sub/f.txt", "content")
            let environment = Value.map(["GREET": .string("hi you"), "NONE": .null(.string)], of: .string)
            let lines = try await LocalExec().run(
                ["command": .string("echo $GREET ${NONE-none} $OWN; printf 'a\\n\\nb' >&2"), "environment": environment],
                in: fixture.directory,
                variables: ["OWN": "own"])
            #expect(
                lines == [
                    #"Executing: ["/bin/sh" "-c" "echo $GREET ${NONE-none} $OWN; printf 'a\\n\\nb' >&2"]"#, "hi you none own", "a", "b",
                ])
            let quiet = try await LocalExec().run(
                [
                    "command": .string("f.txt"), "quiet": .true, "working_dir": .string("sub"),
                    "interpreter": .list([.string("cat")], of: .string),
                ], in: fixture.directory)
            #expect(quiet == ["local-exec: Executing: Suppressed by quiet=true", "content"])
        }
    }

    @Test(
        "what fails says how",
        arguments: [
            ("exit 3", [], nil, "exit status 3. Output: "), ("echo a; printf b; exit 1", [], nil, "exit status 1. Output: a\nb"),
            ("kill -KILL $$", [], nil, "signal: killed. Output: "), ("kill -SEGV $$", [], nil, "signal: segmentation fault. Output: "),
            ("x", ["no-such-program"], nil, #"exec: "no-such-program": executable file not found in $PATH. Output: "#),
            ("x", ["/no/program"], nil, "fork/exec /no/program: no such file or directory. Output: "),
            ("x", ["/etc/passwd"], nil, "fork/exec /etc/passwd: permission denied. Output: "),
            ("x", [], "nope", "chdir nope: no such file or directory. Output: "),
            ("x", [], "/etc/passwd", "chdir /etc/passwd: not a directory. Output: "),
        ] as [(String, [String], String?, String)])
    func fails(_ command: String, _ interpreter: [String], _ directory: String?, _ expected: String) async throws {
        var attributes = ["command": Value.string(command)]
        if !interpreter.isEmpty { attributes["interpreter"] = .strings(interpreter) }
        if let directory { attributes["working_dir"] = .string(directory) }
        let error = try await LocalExec().failure(attributes)
        #expect(error == "local-exec provisioner error: Error running command '\(command)': \(expected)")
    }

    @Test("an error quotes the end of much output only")
    func tail() async throws {
        let error = try await LocalExec().failure(["command": .string("seq 1 100000; exit 1")])
        #expect(error.hasSuffix("99999\n100000\n"))
        #expect(error.utf8.count < 9000)
    }

    @Test("an empty command is an error")
    func empty() async throws {
        #expect(
            try await LocalExec().failure(["command": .string("")])
                == "Invalid local-exec provisioner command: The command must be a non-empty string.")
    }

    @Test("cancelling ends the command and what it started")
    func cancel() async throws {
        try await Fixture.with { fixture in
            let task = Task {
                try await LocalExec().run(["command": .string("sleep 600 & echo $! > pid; wait")], in: fixture.directory)
            }
            let file = fixture.directory + "/pid"
            @Sendable func child() -> Int32? {
                FileManager.default.contents(atPath: file).flatMap { Int32(String(decoding: $0, as: UTF8.self).dropLast()) }
            }
            try await eventually("it runs") { child() != nil }
            let process = try #require(child())
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            try await eventually("its child is gone") { kill(process, 0) != 0 }
        }
    }
}
