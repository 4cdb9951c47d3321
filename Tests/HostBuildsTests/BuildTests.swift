import HostBuilds
import HostStore
import JSON
import Postgres
import PostgresTestSupport
import Scalars
import TestSupport
import Testing

@Suite("builds") struct BuildTests {
    @Test("a template is imported, and a workspace started, stopped and deleted")
    func lifecycle() async throws {
        try await Fixture.with { fixture in
            let deployment = try await Deployment(fixture)
            let pool = deployment.pool
            try await deployment.startServer()
            let (template, version) = try await deployment.template()
            let imported = try #require(try await pool.first("select plugin, parameters, graph_start from template_versions where id = \(version)"))
            #expect(try imported["plugin"] == "sim")
            let graph: JSONValue = try imported["graph_start"]
            #expect(graph["resources"]?.arrayValue?.compactMap { $0["address"]?.stringValue } == ["coder_agent.main", "sim_disk.home", "sim_machine.dev"])

            let workspace = try await deployment.workspace(template, "w")
            let start = try await deployment.build(workspace, version, .start)
            #expect(start.number == 1)
            #expect(try await deployment.end(of: start.job).state == .succeeded)
            #expect(try await deployment.cloud() == ["\(workspace)-disk-home", "\(workspace)-machine-dev"])
            #expect(try await pool.value("select count(*) from workspace_resources where build_id = \(start.id)") == 2)
            let agent = try #require(try await pool.first("select name, operating_system, workspace_id from workspace_agents where build_id = \(start.id)"))
            #expect(try agent["name"] == "main")
            #expect(try agent["workspace_id"] == workspace)
            let log = try await pool.query("select id, output, stage from provisioner_job_logs where job_id = \(start.job) order by id")
            #expect(try log.map { try $0.decode("id", as: Int.self) } == Array(1...log.count))
            #expect(try log.contains { try $0.decode("output", as: String.self) == "created sim_machine.dev" })
            let stages = try await pool.query("select stage from provisioner_job_timings where job_id = \(start.job) order by started_at")
            #expect(try stages.map { try $0.decode("stage", as: String.self) } == ["plan", "apply"])
            #expect(try await pool.value("select unfinished is null and sequence > 0 from workspace_records where workspace_id = \(workspace)") == true)

            let stop = try await deployment.build(workspace, version, .stop)
            #expect(try await deployment.end(of: stop.job).state == .succeeded)
            #expect(try await deployment.cloud() == ["\(workspace)-disk-home"])
            let delete = try await deployment.build(workspace, version, .delete)
            #expect(delete.number == 3)
            #expect(try await deployment.end(of: delete.job).state == .succeeded)
            #expect(try await deployment.cloud() == [])
            #expect(try await pool.value("select deleted from workspaces where id = \(workspace)") == true)
        }
    }

    @Test("what is wrong with a template, or with its files, is said")
    func failures() async throws {
        try await Fixture.with { fixture in
            let deployment = try await Deployment(fixture)
            try await deployment.startServer()
            let wrong = try await deployment.importVersion("{\"resources\": [{}]}")
            let status = try await deployment.end(of: wrong.job)
            #expect(status.state == .failed)
            #expect(status.code == "sim.template")
            #expect(status.sentence == "every resource needs a \"name\" and a \"kind\"")
            let diagnostic: JSONValue = try await deployment.pool.value("select diagnostic from provisioner_job_diagnostics where job_id = \(wrong.job)")
            #expect(diagnostic["source"]?.stringValue == "sim.json")
            let error = await #expect(throws: BuildError.self) {
                let (template, _) = try await deployment.template()
                _ = try await deployment.build(try await deployment.workspace(template, "w"), wrong.version, .start)
            }
            #expect(error?.code == .version)
        }
    }

    @Test("one build of a workspace at a time; a queued one and a running one can be cancelled")
    func cancelling() async throws {
        try await Fixture.with { fixture in
            let deployment = try await Deployment(fixture)
            let pool = deployment.pool
            let server = try await deployment.startServer()
            let (template, version) = try await deployment.template()
            await server.stop()
            let workspace = try await deployment.workspace(template, "w")
            let queued = try await deployment.build(workspace, version, .start)
            #expect(try await JobStatus.read(queued.job, pool).code == "job.no-server")
            let conflict = await #expect(throws: BuildError.self) { try await deployment.build(workspace, version, .stop) }
            #expect(conflict?.code == .conflict)
            #expect(try await pool.withTransaction { try await JobQueue.cancel(queued.job, in: $0) })
            #expect(try await deployment.end(of: queued.job).state == .canceled)
            #expect(try await pool.withTransaction { try await !JobQueue.cancel(queued.job, in: $0) })

            try await deployment.startServer("slow", latencyMilliseconds: 1500)
            let running = try await deployment.build(workspace, version, .start)
            try await eventually(within: .seconds(30), "it applies") { try await JobStatus.read(running.job, pool).sentence == "it is at \"apply\"" }
            #expect(try await pool.withTransaction { try await JobQueue.cancel(running.job, in: $0) })
            #expect(try await deployment.end(of: running.job).state == .canceled)
            #expect(try await pool.value("select unfinished is null from workspace_records where workspace_id = \(workspace)") == true)
            let delete = try await deployment.build(workspace, version, .delete)
            #expect(try await deployment.end(of: delete.job).state == .succeeded)
            #expect(try await deployment.cloud() == [])
        }
    }

    @Test("two servers run all queued builds, each exactly once")
    func twoServers() async throws {
        try await Fixture.with { fixture in
            let deployment = try await Deployment(fixture)
            let first = try await deployment.startServer("one")
            let (template, version) = try await deployment.template()
            let second = try await deployment.startServer("two")
            var jobs: [UUID] = []
            for number in 0..<24 {
                jobs.append(try await deployment.build(try await deployment.workspace(template, "w\(number)"), version, .start).job)
            }
            for job in jobs { #expect(try await deployment.end(of: job).state == .succeeded) }
            let rows = try await deployment.pool.query("select server_id, attempt from provisioner_jobs where kind = 'workspace_build'")
            #expect(try rows.allSatisfy { try $0.decode("attempt", as: Int.self) == 1 })
            #expect(Set(try rows.map { try $0.decode("server_id", as: UUID.self) }) == [first.id, second.id])
            #expect(try await deployment.cloud().count == 48)
        }
    }

    @Test("a job's log has no holes, is bounded, and says what is missing")
    func logs() async throws {
        try await Fixture.with { fixture in
            let deployment = try await Deployment(fixture)
            try await deployment.startServer()
            let (template, version) = try await deployment.template(#"{"resources": [], "log_lines": 5000}"#)
            let build = try await deployment.build(try await deployment.workspace(template, "w"), version, .start)
            #expect(try await deployment.end(of: build.job).state == .succeeded)
            let row = try #require(
                try await deployment.pool.first("select count(*) as n, min(id) as first, max(id) as last from provisioner_job_logs where job_id = \(build.job)"))
            let count: Int = try row["n"]
            #expect(try row["first"] == 1)
            #expect(try row["last"] == count)
            #expect(count > 1000)
        }
    }
}
