import Synchronization

/// Token buckets by key: each key may do `burst` things at once, and after that one every so often.
///
/// Memory is bounded: with more keys than ``keysMax`` those that have not been seen for longest are forgotten, so somebody
/// with very many addresses gets fresh buckets for them, but never more memory.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    /// How many keys are remembered.
    package let keysMax: Int
    private let burst: Double
    private let interval: Duration
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameters:
    ///   - burst: how many at once; 0 or less means that there is no limit.
    ///   - interval: after which another one is allowed.
    package init(burst: Int, every interval: Duration, keysMax: Int = 10_000) {
        self.burst = Double(burst)
        self.interval = interval
        self.keysMax = max(1, keysMax)
    }

    /// Takes one token of `key`; nil if there was one, else how long to wait for it.
    package func take(_ key: String, now: ContinuousClock.Instant = .now) -> Duration? {
        guard burst > 0 else { return nil }
        return buckets.withLock { buckets in
            var bucket = refilled(buckets[key], now)
            defer { buckets[key] = bucket }
            if buckets[key] == nil, buckets.count >= keysMax { forgetOldest(&buckets) }
            guard bucket.tokens >= 1 else { return interval * (1 - bucket.tokens) }
            bucket.tokens -= 1
            return nil
        }
    }

    /// Whether there is a token, without taking it: nil, or how long to wait.
    package func wait(_ key: String, now: ContinuousClock.Instant = .now) -> Duration? {
        guard burst > 0 else { return nil }
        return buckets.withLock { buckets in
            let tokens = refilled(buckets[key], now).tokens
            return tokens >= 1 ? nil : interval * (1 - tokens)
        }
    }

    /// Forgets what `key` has done.
    package func reset(_ key: String) {
        buckets.withLock { _ = $0.removeValue(forKey: key) }
    }

    /// How many keys are remembered now.
    package var count: Int { buckets.withLock { $0.count } }

    private func refilled(_ bucket: Bucket?, _ now: ContinuousClock.Instant) -> Bucket {
        guard let bucket else { return Bucket(tokens: burst, at: now) }
        let gained = now > bucket.at ? (now - bucket.at) / interval : 0
        return Bucket(tokens: min(burst, bucket.tokens + gained), at: max(now, bucket.at))
    }

    /// A quarter goes at once, so that the sorting is rare.
    private func forgetOldest(_ buckets: inout [String: Bucket]) {
        let byAge = buckets.sorted { $0.value.at < $1.value.at }
        for (key, _) in byAge.prefix(max(1, keysMax / 4)) { buckets[key] = nil }
    }
}
