import HostAccess
import Testing

@Suite("rate limits") struct LimitTests {
    let start = ContinuousClock.now

    @Test("a burst at once, then one each interval, never more than the burst")
    func bucket() {
        let limiter = RateLimiter(burst: 3, every: .seconds(10))
        for _ in 0..<3 { #expect(limiter.take("a", now: start) == nil) }
        #expect(limiter.take("a", now: start) == .seconds(10))
        #expect(limiter.take("b", now: start) == nil)
        #expect(limiter.take("a", now: start + .seconds(10)) == nil)
        #expect(limiter.take("a", now: start + .seconds(10)) != nil)
        for _ in 0..<3 { #expect(limiter.take("a", now: start + .seconds(1000)) == nil) }
        #expect(limiter.take("a", now: start + .seconds(1000)) != nil)
        // A clock that goes backwards gives nothing away.
        #expect(limiter.take("a", now: start) != nil)
    }

    @Test("no burst is no limit")
    func none() {
        let limiter = RateLimiter(burst: 0, every: .seconds(10))
        #expect((0..<100).allSatisfy { _ in limiter.take("a", now: start) == nil })
        #expect(limiter.count == 0)
    }

    @Test("memory is bounded, and who was seen last is remembered")
    func memory() {
        let limiter = RateLimiter(burst: 1, every: .seconds(1000), keysMax: 100)
        for index in 0..<10_000 {
            _ = limiter.take("\(index)", now: start + .milliseconds(index))
            #expect(limiter.count <= 100)
        }
        #expect(limiter.take("9999", now: start + .seconds(10)) != nil)
    }

    @Test("who guesses one password from many addresses waits, and so does who guesses many from one")
    func guesses() {
        let byName = LoginGuard(attemptsPerMinute: 100, failures: 3)
        for index in 0..<3 { #expect(byName.admit(address: "\(index)", name: "Ada", now: start) == nil) }
        #expect(byName.admit(address: "9", name: "ada", now: start) != nil)
        #expect(byName.admit(address: "9", name: "bob", now: start) == nil)
        byName.succeeded(name: "ADA")
        #expect(byName.admit(address: "9", name: "ada", now: start) == nil)

        let byAddress = LoginGuard(attemptsPerMinute: 3, failures: 100)
        for index in 0..<3 { #expect(byAddress.admit(address: "1", name: "\(index)", now: start) == nil) }
        #expect(byAddress.admit(address: "1", name: "x", now: start) != nil)
        #expect(byAddress.admit(address: "2", name: "x", now: start) == nil)
    }
}
