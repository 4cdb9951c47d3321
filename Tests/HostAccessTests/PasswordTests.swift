import HostAccess
import Testing

@Suite("passwords") struct PasswordTests {
    /// The lowest cost: tests need no slow hash.
    let hasher = PasswordHasher(cost: 1)

    @Test("a hash is yescrypt's, is never the same twice, and fits its password alone")
    func hashes() async throws {
        let hash = try await hasher.hash("correct horse")
        #expect(hash.hasPrefix("$y$"))
        #expect(try await hasher.hash("correct horse") != hash)
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("correct horsf", against: hash))
        #expect(try await !hasher.verify("", against: hash))
    }

    @Test("what is no hash fits no password", arguments: ["", "*", "plain", "$y$", "$9$x$y", "$y$j9T$", "\0"])
    func damaged(_ hash: String) async throws {
        #expect(try await !hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify(hash, against: hash))
    }

    @Test("nobody's password fits nothing")
    func dummy() async throws {
        #expect(try await !hasher.verify("nobody's", against: nil))
        #expect(try await !hasher.verify("", against: nil))
    }

    @Test("a password that libcrypt cannot take is refused, not cut short")
    func unusable() async throws {
        for password in [String(repeating: "x", count: 512), "a\0b"] {
            await #expect(throws: AccessError.self) { try await hasher.hash(password) }
            let hash = try await hasher.hash("a")
            #expect(try await !hasher.verify(password, against: hash))
        }
    }

    @Test("more at once than may wait are told to come back, and the others are served")
    func bounded() async throws {
        let slots = Slots(1, waitingMax: 2)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await slots.run {
                enter.yield()
                for await _ in gate { break }
            }
        }
        for await _ in entered { break }
        let others = (0..<5).map { _ in Task { try await slots.run {} } }
        var refused = 0
        // Three of five find no place to wait; they end although the first is still inside.
        await withTaskGroup(of: Bool.self) { group in
            for task in others {
                group.addTask {
                    do {
                        try await task.value
                        return false
                    } catch {
                        return (error as? AccessError)?.code == .busy
                    }
                }
            }
            for await wasRefused in group {
                refused += wasRefused ? 1 : 0
                if refused == 3 { open.yield() }
            }
        }
        try await first.value
        #expect(refused == 3)
    }

    @Test("who is cancelled while waiting leaves, and the place is not lost")
    func cancelled() async throws {
        let slots = Slots(1, waitingMax: 10)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await slots.run {
                enter.yield()
                for await _ in gate { break }
            }
        }
        for await _ in entered { break }
        let second = Task { try await slots.run {} }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        open.yield()
        try await first.value
        try await slots.run {}
    }

    @Test(
        "weak passwords are refused",
        arguments: [
            "short", "aaaaaaaaaa", "abababab", "password", "Password1", "password123", "12345678", "qwertyuiop", "qwerty123", "ada.lovelace1",
            "ada.lovelace@example.org", "line\nbreaks", String(repeating: "long", count: 65),
        ])
    func weak(_ password: String) {
        #expect(PasswordRules.problem(password, username: "ada.lovelace", email: "ada.lovelace@example.org") != nil)
    }

    @Test("good passwords are accepted", arguments: ["SomeSecurePassword!", "correct horse battery", "x7#kQ2!p", "пароль-от-лодки", "testing-testing-42"])
    func good(_ password: String) {
        #expect(PasswordRules.problem(password, username: "ada", email: "ada@example.org") == nil)
    }
}
