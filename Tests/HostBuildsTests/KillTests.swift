import CShims
import Glibc
import HostBuilds
import HostStore
import JSON
import PluginLoading
import Postgres
import PostgresTestSupport
import Scalars
import TestSupport
import Testing

@Suite("builds whose server is killed") struct KillTests {
    /// Starts a server in a process of its own.
    private func start(_ deployment: Deployment, _ name: String, latencyMilliseconds: Int) throws -> pid_t {
        let directory = deployment.fixture.directory + "/" + name
        mkdir(directory, 0o700)
        let words = [
            Package.products + "/BuildTestHost", deployment.pool.settings.connection.address.text, directory,
            try Package.plugin("sim").path, deployment.configuration(latencyMilliseconds: latencyMilliseconds).serialized(),
            Package.products + "/berth-plugin-worker", "3000",
        ]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let process = cshims_spawn_command(words[0], arguments, environ, nil, -1, -1, -1)
        guard process > 0 else { throw TestFailure("BuildTestHost does not start") }
        return process
    }

    @Test("killed at random moments, every build ends in a true state, and nothing that was made is lost")
    func killed() async throws {
        try await Fixture.with { fixture in
            let deployment = try await Deployment(fixture)
            let pool = deployment.pool
            var workspaces: [UUID] = []
            var server = try start(deployment, "host-0", latencyMilliseconds: 15)
            let (template, version) = try await deployment.template()
            var jobs: [UUID] = []
            for number in 0..<20 {
                workspaces.append(try await deployment.workspace(template, "w\(number)"))
                jobs.append(try await deployment.build(workspaces[number], version, .start).job)
            }
            var kills = 0
            for round in 1...4 {
                let done: Int = try await pool.value("select count(*) from provisioner_jobs where completed_at is not null")
                // A fast machine may be through with all of them before the last round.
                guard done < jobs.count + 1 else { break }
                try await eventually(within: .seconds(60), "something is done") {
                    try await pool.value("select count(*) from provisioner_jobs where completed_at is not null") > done
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...150)))  // the moment is to be any
                kill(server, SIGKILL)
                waitpid(server, nil, 0)
                kills += 1
                server = try start(deployment, "host-\(round)", latencyMilliseconds: 15)
            }
            #expect(kills > 0)
            var lost = 0
            for (workspace, job) in zip(workspaces, jobs) {
                let status = try await deployment.end(of: job)
                #expect(status.state == .succeeded || status.code == "worker.lost", "\(status)")
                if status.state != .succeeded { lost += 1 }
                #expect(
                    try await pool.value(
                        "select count(*) from workspace_records where workspace_id = \(workspace) and unfinished is not null") == 0)
            }
            #expect(lost < jobs.count)
            // What exists is known: deleting by the records leaves nothing.
            for workspace in workspaces { jobs.append(try await deployment.build(workspace, version, .delete).job) }
            for job in jobs.suffix(workspaces.count) { #expect(try await deployment.end(of: job).state == .succeeded) }
            #expect(try await deployment.cloud() == [])
            let gaps: Int = try await pool.value(
                "select count(*) from (select max(id) - count(*) as gap from provisioner_job_logs group by job_id) g where gap <> 0")
            #expect(gaps == 0)
            kill(server, SIGKILL)
            waitpid(server, nil, 0)
        }
    }
}
