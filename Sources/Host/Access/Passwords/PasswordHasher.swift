internal import Synchronization
internal import Threads

/// Hashes and checks passwords, on threads of their own, a few at a time.
///
/// A check takes as long for a user who does not exist as for one who does.
package final class PasswordHasher: Sendable {
    private let slots: Slots
    private let cost: UInt
    /// A hash that no password has, to spend time on.
    private let dummy = Mutex<String?>(nil)

    /// - Parameters:
    ///   - parallel: how many at once; each takes 16 MiB at the default cost.
    ///   - waitingMax: how many more may wait; others are told to come back.
    ///   - cost: of libcrypt, 1 to 11; 5 is its default.
    package init(parallel: Int = 2, waitingMax: Int = 64, cost: Int = 5) {
        slots = Slots(parallel, waitingMax: waitingMax)
        self.cost = UInt(clamping: cost)
    }

    /// The hash to keep for a password.
    ///
    /// - Throws: ``AccessError``; `CancellationError` while it waits for its turn.
    package func hash(_ password: String) async throws -> String {
        let cost = cost
        return try await slots.run {
            try await OwnThread.run("password") { try Yescrypt.hash(password, cost: cost) }
        }
    }

    /// Whether the password is that of the hash; never with nil, which takes as long.
    package func verify(_ password: String, against hash: String?) async throws -> Bool {
        let cost = cost
        return try await slots.run {
            try await OwnThread.run("password") {
                if let hash { return try Yescrypt.verify(password, hash) }
                let known = self.dummy.withLock { $0 }
                let dummy = try known ?? Yescrypt.hash("nobody's", cost: cost)
                self.dummy.withLock { $0 = dummy }
                _ = try Yescrypt.verify(password, dummy)
                return false
            }
        }
    }
}
