import AgentCommands
import AgentCore
import AgentMachine
import AgentProtocol
import Glibc
import JSON
import Logging
import Testing

@Suite("what the agent computes") struct CommandTests {
    @Test(
        "measurements read as Coder prints them",
        arguments: [
            (StatResult(used: 0.5, total: 8, unit: "cores"), "0.5/8 cores (6%)"),
            (StatResult(used: 1.234, total: 5.678, unit: "x"), "1.23/5.68 x (22%)"),
            (StatResult(used: 0, total: 0, unit: "x"), "0/0 x"), (StatResult(used: 123.01, total: nil, unit: "seconds"), "123 seconds"),
            (StatResult(used: 12.34, total: nil, unit: ""), "12.3"),
            (StatResult(used: 1.5 * 1_073_741_824, total: 8 * 1_073_741_824, unit: "B"), "1.5/8 GiB (19%)"),
        ])
    func stat(_ result: StatResult, _ text: String) { #expect(result.text(prefix: .gibi) == text) }

    @Test(
        "schedules match the seconds that they name",
        arguments: [
            ("0 30 9 * * 1-5", [1_700_213_400], [1_700_213_401, 1_700_299_800]),
            ("*/20 * * * * *", [1_700_213_400, 1_700_213_420], [1_700_213_410]),
            ("30 9 17 nov *", [1_700_213_400], [1_700_213_460]), ("@hourly", [1_700_211_600], [1_700_213_400]),
        ])
    func cron(_ text: String, _ hits: [Int], _ misses: [Int]) throws {
        // Schedules go by the local time.
        setenv("TZ", "UTC", 1)
        tzset()
        let schedule = try CronSchedule(text)
        for second in hits { #expect(schedule.matches(second: second, began: 0), "\(second)") }
        for second in misses { #expect(!schedule.matches(second: second, began: 0), "\(second)") }
    }

    @Test(
        "what is no schedule is refused",
        arguments: ["", "* * *", "61 * * * * *", "0 0 0 32 * *", "*/0 * * * * *", "@never", "@every", "5-1 * * * * *"])
    func noSchedule(_ text: String) { #expect(throws: AgentError.self) { try CronSchedule(text) } }

    @Test("a manifest and a report survive their way as text, and one of another version is refused")
    func documents() throws {
        var manifest = AgentManifest()
        (manifest.agentID, manifest.agentName, manifest.workspaceID, manifest.workspaceName, manifest.ownerName) = ("a", "b", "c", "d", "e")
        manifest.environment = [AgentVariable(name: "A", value: "1", strategy: .append)]
        manifest.apps = [AgentApp(id: "1", slug: "x", healthCheck: .init(url: "http://localhost:1", intervalSeconds: 5, threshold: 3))]
        #expect(try AgentManifest(json: JSONValue(parsing: manifest.json.serialized())) == manifest)
        var report = AgentReport()
        report.run = "r"
        report.number = 3
        report.lifecycle = [AgentLifecycleChange(state: .ready, changedAt: 5)]
        report.logs = [AgentLogLine(sourceID: "s", level: .error, text: "ü\n", at: 7)]
        #expect(try AgentReport(json: JSONValue(parsing: report.json.serialized())) == report)
        var other = manifest.json
        other["version"] = 2
        #expect(throws: DocumentError.self) { try AgentManifest(json: other) }
        #expect(throws: DocumentError.self) { try AgentReport(json: ["run": 1]) }
    }

    @Test("users are found without the C library, and made up where there is no entry")
    func users() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/usr/sbin/nologin\n"
        let ada = MachineUser(id: 1000, environment: [:], passwd: passwd) { $0 == "/bin/sh" }
        #expect([ada.name, ada.home, ada.shell] == ["ada", "/home/ada", "/bin/sh"])
        let nobody = MachineUser(id: 4242, environment: ["SHELL": "/bin/zsh"], passwd: "") { _ in true }
        #expect([nobody.name, nobody.home, nobody.shell] == ["4242", "/", "/bin/zsh"])
    }

    @Test("a report that is lost is sent again, and what there is too much of is left out and said")
    func reporter() async throws {
        let received = Received()
        let reporter = Reporter(run: "r", logger: .init(label: "test")) { report in try await received.take(report) }
        let lifecycle = Lifecycle(reporter)
        lifecycle.advance(to: .ready)
        lifecycle.advance(to: .starting)
        for index in 0..<3000 {
            reporter.add(AgentLogLine(sourceID: "s", level: .info, text: String(repeating: "x", count: 1000), at: index))
        }
        await received.refuse(1)
        await reporter.flush()
        await reporter.flush()
        let reports = await received.reports
        #expect(reports.flatMap(\.lifecycle).map(\.state) == [.ready])
        let lines = reports.flatMap(\.logs)
        #expect(lines.map(\.at) == Array(0..<lines.count))
        #expect(lines.count > 500 && lines.count < 1100)
        #expect(reports.contains { $0.logsOverflowed })
        #expect(reports.map(\.number) == reports.map(\.number).sorted())
    }

    private actor Received {
        var reports: [AgentReport] = []
        private var refusals = 0
        func refuse(_ count: Int) { refusals = count }
        func take(_ report: AgentReport) throws {
            if refusals > 0 {
                refusals -= 1
                throw AgentError("the server is away")
            }
            reports.append(report)
        }
    }
}
