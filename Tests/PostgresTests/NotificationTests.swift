import Postgres
import PostgresTestSupport
import TestSupport
import Testing

@Suite("notifications") struct NotificationTests {
    @Test("subscribers are told what is said, and when they may have missed something")
    func hub() async throws {
        let pool = try await TestCluster.shared.pool()
        let hub = NotificationHub(pool.settings.connection, logger: quiet)
        var first = hub.subscribe("news").makeAsyncIterator()
        var second = hub.subscribe("news").makeAsyncIterator()
        var other = hub.subscribe("other; x").makeAsyncIterator()
        #expect(await first.next() == .mayHaveMissed)
        #expect(await second.next() == .mayHaveMissed)
        #expect(await other.next() == .mayHaveMissed)
        try await pool.notify("news", "1")
        try await pool.notify("other; x", "2")
        #expect(await first.next() == .payload("1"))
        #expect(await second.next() == .payload("1"))
        #expect(await other.next() == .payload("2"))
        // The connection is lost, and something is said before it is back.
        try await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'berth notifications' and datname = current_database()")
        #expect(await first.next() == .mayHaveMissed)
        try await pool.notify("news", "3")
        #expect(await first.next() == .payload("3"))
        hub.close()
        #expect(await first.next() == nil)
    }

    @Test("a subscriber that does not read is told that it missed something, and costs a bounded buffer")
    func slow() async throws {
        let pool = try await TestCluster.shared.pool()
        let hub = NotificationHub(pool.settings.connection, logger: quiet)
        defer { hub.close() }
        var slow = hub.subscribe("news").makeAsyncIterator()
        var quick = hub.subscribe("news").makeAsyncIterator()
        #expect(await slow.next() == .mayHaveMissed)
        #expect(await quick.next() == .mayHaveMissed)
        try await pool.query("select pg_notify('news', n::text) from generate_series(1, 300) n")
        while await quick.next() != .payload("300") {}
        #expect(await slow.next() == .mayHaveMissed)
    }

    @Test("cancelling its reader ends a subscription")
    func cancelled() async throws {
        let pool = try await TestCluster.shared.pool()
        let hub = NotificationHub(pool.settings.connection, logger: quiet)
        defer { hub.close() }
        let reader = Task {
            var count = 0
            for await _ in hub.subscribe("news") { count += 1 }
            return count
        }
        try await eventually("it listens") { try await pool.value("select count(*) from pg_stat_activity where query like 'listen%'") >= 1 }
        reader.cancel()
        #expect(await reader.value <= 1)
    }
}
