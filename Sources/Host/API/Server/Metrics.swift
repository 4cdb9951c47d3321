import Synchronization

/// Numbers for Prometheus: counters and histograms of requests, and gauges that others add.
package final class Metrics: Sendable {
    private struct Series: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    private struct State {
        var requests: [Series: (count: Int, seconds: Double)] = [:]
        var buckets: [Double: Int] = [:]
        var inFlight = 0
        var gauges: [(name: String, help: String, read: @Sendable () async -> [(labels: String, value: Double)])] = []
    }

    private static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private let state = Mutex(State())

    /// Nothing counted yet.
    package init() {}

    func began() { state.withLock { $0.inFlight += 1 } }

    /// - Parameter route: the route's path with its names, so that their number is bounded.
    func ended(route: String, method: String, status: Int, duration: Duration) {
        let seconds = duration / .seconds(1)
        state.withLock { state in
            state.inFlight -= 1
            let series = Series(route: route, method: method, status: status)
            let before = state.requests[series] ?? (0, 0)
            state.requests[series] = (before.count + 1, before.seconds + seconds)
            for bound in Self.bounds where seconds <= bound { state.buckets[bound, default: 0] += 1 }
        }
    }

    /// Adds a number that is read when Prometheus asks.
    ///
    /// - Parameter read: values with their labels, as `status="running"`, or without.
    package func addGauge(_ name: String, _ help: String, _ read: @escaping @Sendable () async -> [(labels: String, value: Double)]) {
        state.withLock { $0.gauges.append((name, help, read)) }
    }

    /// Everything, in Prometheus' text format.
    package func text() async -> String {
        let (requests, buckets, inFlight, gauges) = state.withLock { ($0.requests, $0.buckets, $0.inFlight, $0.gauges) }
        var lines = [
            "# HELP berth_api_requests_total Requests that were answered.", "# TYPE berth_api_requests_total counter",
        ]
        lines += requests.map { series, value in
            "berth_api_requests_total{route=\"\(series.route)\",method=\"\(series.method)\",status=\"\(series.status)\"} \(value.count)"
        }.sorted()
        lines += ["# HELP berth_api_request_seconds Time from a request's head to the end of its answer.", "# TYPE berth_api_request_seconds histogram"]
        lines += Self.bounds.map { "berth_api_request_seconds_bucket{le=\"\($0)\"} \(buckets[$0] ?? 0)" }
        let count = requests.values.reduce(0) { $0 + $1.count }
        lines += [
            "berth_api_request_seconds_bucket{le=\"+Inf\"} \(count)",
            "berth_api_request_seconds_sum \(requests.values.reduce(0) { $0 + $1.seconds })", "berth_api_request_seconds_count \(count)",
            "# HELP berth_api_requests_in_flight Requests that are being answered.", "# TYPE berth_api_requests_in_flight gauge",
            "berth_api_requests_in_flight \(inFlight)",
        ]
        for gauge in gauges {
            lines += ["# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge"]
            lines += await gauge.read().map { "\(gauge.name)\($0.labels.isEmpty ? "" : "{\($0.labels)}") \($0.value)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
