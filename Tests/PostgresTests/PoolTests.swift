import Glibc
import Logging
import Postgres
import PostgresTestSupport
import Synchronization
import TestSupport
import Testing

@Suite("pool and transactions") struct PoolTests {
    @Test("who finds all connections taken waits, and is refused when that takes too long, or too many wait")
    func exhaustion() async throws {
        var settings = PoolSettings(try await TestCluster.shared.database())
        settings.connectionCountMax = 2
        settings.waitingCountMax = 3
        settings.waitTimeout = .milliseconds(300)
        let pool = ConnectionPool(settings, logger: quiet)
        let sleepers = (0..<2).map { _ in Task { try await pool.query("select pg_sleep(1)") } }
        try await eventually("both connections are taken") { pool.counts.all == 2 && pool.counts.waiting == 0 && pool.counts.idle == 0 }
        let waiters = (0..<4).map { _ in Task { try await pool.query("select 1") } }
        var messages: [String] = []
        for waiter in waiters {
            do { _ = try await waiter.value } catch let error as DatabaseError {
                #expect(error.isUnavailable)
                messages.append(error.message)
            }
        }
        #expect(messages.count { $0.hasPrefix("3 requests wait") } == 1)
        #expect(messages.count { $0.hasPrefix("no connection to the database became free") } == 3)
        for sleeper in sleepers { _ = try await sleeper.value }
        #expect(try await pool.value("select 2") == 2)
    }

    @Test("cancelling a task cancels its statement, and the connection is used again")
    func cancellation() async throws {
        let pool = try await TestCluster.shared.pool(connectionCountMax: 1)
        let process: Int = try await pool.value("select pg_backend_pid()")
        let task = Task { try await pool.query("select pg_sleep(60)") }
        try await eventually("the statement runs") { pool.counts.idle == 0 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await pool.value("select pg_backend_pid()") == process)
        let waiting = Task { try await pool.withConnection { _ in try await pool.query("select 1") } }
        try await eventually("a task waits") { pool.counts.waiting == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("statements of others are not hit when tasks are cancelled at any moment")
    func cancellationStorm() async throws {
        let pool = try await TestCluster.shared.pool(connectionCountMax: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for round in 0..<150 {
                group.addTask {
                    let victim = Task { try await pool.query("select pg_sleep(0.002)") }
                    try await Task.sleep(for: .microseconds(round * 37 % 4000))
                    victim.cancel()
                    do { _ = try await victim.value } catch is CancellationError {
                        // What was meant to happen.
                    }
                    #expect(try await pool.value("select \(round)") == round)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("a statement that takes too long is ended by the server")
    func timeout() async throws {
        var settings = ConnectionSettings(try await TestCluster.shared.database())
        settings.statementTimeout = .milliseconds(50)
        let connection = try await Connection.open(settings)
        let error = await #expect(throws: DatabaseError.self) { try await connection.query("select pg_sleep(30)") }
        #expect(error?.code == .timeout)
        #expect(try await connection.value("select 1") == 1)
    }

    @Test("a transaction is committed when its function returns, and undone when it throws or is cancelled")
    func transactions() async throws {
        let pool = try await TestCluster.shared.pool()
        try await pool.query("create table t (n bigint)")
        try await pool.withTransaction { try await $0.query("insert into t values (1)") }
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await pool.withTransaction { transaction in
                try await transaction.query("insert into t values (2)")
                throw Stop()
            }
        }
        let task = Task {
            try await pool.withTransaction { transaction in
                try await transaction.query("insert into t values (3)")
                try await transaction.query("select pg_sleep(61)")
            }
        }
        try await eventually("it sleeps") { try await pool.value("select count(*) from pg_stat_activity where query like '%pg_sleep(61)%' and pid <> pg_backend_pid()") == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // A failure that is swallowed must not look like success.
        await expect(message: "the transaction was undone, because a statement in it had failed") {
            try await pool.withTransaction { transaction in
                try await transaction.query("insert into t values (4)")
                await #expect(throws: DatabaseError.self) { try await transaction.query("select 1 / 0") }
            }
        }
        #expect(try await pool.query("select n from t").map { try $0.decode("n", as: Int.self) } == [1])
    }

    @Test("transactions that meet each other are run again")
    func serialization() async throws {
        let pool = try await TestCluster.shared.pool()
        try await pool.query("create table counter as select 0 as n")
        let tries = Counter()
        @Sendable func increase() async throws {
            try await pool.withTransaction(isolation: .serializable) { transaction in
                tries.value.withLock { $0 += 1 }
                let n: Int = try await transaction.value("select n from counter")
                try await transaction.query("select pg_sleep(0.02)")
                try await transaction.query("update counter set n = \(n + 1)")
            }
        }
        let tasks = (0..<4).map { _ in Task { try await increase() } }
        for task in tasks { try await task.value }
        #expect(try await pool.value("select n from counter") == 4)
        #expect(tries.value.withLock { $0 } > 4, "they did not meet")
    }

    @Test("connections that the server ends are replaced")
    func endedConnections() async throws {
        let pool = try await TestCluster.shared.pool(connectionCountMax: 2)
        let other = try await TestCluster.shared.server()
        let first: Int = try await pool.value("select pg_backend_pid()")
        let admin = try await Connection.open(ConnectionSettings(other.settings.address(database: "postgres")))
        #expect(try await admin.value("select pg_terminate_backend(\(first)::int)") == true)
        try await eventually("it is noticed") { pool.counts.all == 0 }
        #expect(try await pool.value("select pg_backend_pid()") != first)
        let running = Task { try await pool.query("select pg_sleep(62)") }
        try await eventually("it runs") {
            try await admin.value("select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(62)%' and pid <> pg_backend_pid()) t") == 1
        }
        let error = await #expect(throws: DatabaseError.self) { try await running.value }
        #expect(error?.isUnavailable == true)
    }

    @Test("an address that cannot be read or reached is an error without the password")
    func addresses() async throws {
        let error = #expect(throws: DatabaseError.self) { try DatabaseAddress("postgres://me:secret@host/x?secret=1") }
        #expect(error?.code == .configuration && error?.message.contains("secret") == false)
        var settings = PoolSettings(try DatabaseAddress("postgres://me:secret@127.0.0.1:1/x"))
        settings.waitTimeout = .milliseconds(200)
        let pool = ConnectionPool(settings, logger: quiet)
        defer { pool.close() }
        let refused = await #expect(throws: DatabaseError.self) { try await pool.query("select 1") }
        #expect(refused?.isUnavailable == true)
        #expect(refused?.message.contains("secret") == false)
        #expect(refused?.message.contains("127.0.0.1") == true)
        // Once it is known to be gone, nobody waits any more.
        try await eventually("requests are refused at once") {
            let error = await #expect(throws: DatabaseError.self) { try await pool.query("select 1") }
            return error?.message.hasPrefix("the database is not available") == true
        }
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private final class Counter: Sendable {
    let value = Mutex(0)
}
