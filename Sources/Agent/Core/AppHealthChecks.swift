import AgentProtocol
import Dialing
import NIOCore

/// Asks apps whether they are there, and tells the server when that changes.
struct AppHealthChecks: Sendable {
    let manifest: AgentManifest
    let dialer: Dialer
    let group: any EventLoopGroup
    let reporter: Reporter

    /// Runs until the task is cancelled.
    func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for app in manifest.apps {
                guard let check = app.healthCheck else { continue }
                group.addTask { try await serve(app, check) }
            }
            try await group.waitForAll()
        }
    }

    private func serve(_ app: AgentApp, _ check: AgentApp.HealthCheck) async throws {
        var failures = 0
        var told = AgentAppHealth.State.initializing
        while true {
            let answers = await isAnswered(check)
            try Task.checkCancellation()
            failures = answers ? 0 : failures + 1
            // More failures than the threshold, as Coder counts.
            let state: AgentAppHealth.State = answers ? .healthy : failures > check.threshold ? .unhealthy : told
            if state != told {
                told = state
                reporter.add(AgentAppHealth(appID: app.id, state: state))
            }
            try await Task.sleep(for: .seconds(check.intervalSeconds))
        }
    }

    /// Anything but a fault of the server's is an answer: many apps redirect, or ask who is there.
    private func isAnswered(_ check: AgentApp.HealthCheck) async -> Bool {
        guard let (address, path) = Self.split(check.url) else { return false }
        let requester = HTTPRequester(
            address, dialer, group, headers: [("User-Agent", "berth-agent/\(AgentVersion.text)"), ("Connection", "close")],
            timeout: .seconds(Int64(min(max(check.intervalSeconds, 1), 30))), bodySizeMax: 4 << 20)
        do {
            return try await requester.send("GET", path).status < 500
        } catch {
            // Why it is not there is for its own log to say.
            return false
        }
    }

    /// Where a URL leads, and what is asked for there.
    static func split(_ url: String) -> (ServerAddress, String)? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard let address = try? ServerAddress(String(url[..<end])) else { return nil }  // checked when the template was
        var path = String(rest[end...].prefix { $0 != "#" })
        if !path.hasPrefix("/") { path = "/" + path }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return (address, path)
    }
}
