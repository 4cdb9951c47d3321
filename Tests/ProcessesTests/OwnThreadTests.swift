import Glibc
import Processes
import Testing
import Threads

@Suite("work on a thread of its own") struct OwnThreadTests {
    @Test("a result and an error come back, from another thread")
    func run() async throws {
        #expect(try await OwnThread.run("test") { getpid() } == getpid())
        await #expect(throws: ProcessError(action: "a", code: 2)) {
            try await OwnThread.run("test") { throw ProcessError(action: "a", code: 2) }
        }
    }
}
