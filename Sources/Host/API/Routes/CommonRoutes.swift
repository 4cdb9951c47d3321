import APITypes
import HTTPTypes
import HostAccess

/// What a server answers about itself, without a database.
struct CommonRoutes: Sendable {
    let configuration: APIServerConfiguration
    let metrics: Metrics

    var routes: [Route] {
        [
            Route(
                method: .get, path: "/healthz", tag: "General", summary: "Whether the server answers", permission: .anybody,
                content: .media("text/plain")
            ) { _ in .text("OK") },
            Route(
                method: .get, path: "/latency-check", tag: "General", summary: "An empty answer, to measure the way", permission: .anybody,
                content: .media("text/plain")
            ) { _ in
                Answer(headers: [.accessControlAllowOrigin: "*"])
            },
            Route(
                method: .get, path: "/metrics", tag: "General", summary: "Numbers for Prometheus",
                permission: .may(.read, .deploymentStats), content: .media("text/plain")
            ) { scope in
                try scope.require(.read, .init(.deploymentStats))
                return .text(await metrics.text(), "text/plain; version=0.0.4; charset=utf-8")
            },
            .get("/api/v2", "General", "Says that this is the API", .anybody) { _ in APIResponse("👋") },
            .get("/api/v2/buildinfo", "General", "Version and address of this deployment", .anybody) { _ in buildInfo },
        ]
    }

    private var buildInfo: BuildInfo {
        BuildInfo(
            externalURL: "https://github.com/berth", version: configuration.version, dashboardURL: configuration.accessURL,
            deploymentID: configuration.deploymentID)
    }
}
