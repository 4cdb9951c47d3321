import APITypes
import HostAPI
import JSON
import NIOCore
import NIOHTTP1
import Postgres
import Scalars
import Synchronization
import Testing

@Suite("the core path, on PostgreSQL") struct CorePathTests {
    private static func json(_ bytes: ByteBuffer) throws -> JSONValue { try JSONValue(parsing: String(buffer: bytes)) }

    private static func status(_ body: () async throws -> Void) async throws -> Int {
        do {
            try await body()
            return 200
        } catch let error as Refusal {
            return error.status
        }
    }

    private static func text(_ json: JSONValue, _ path: String...) throws -> String {
        try #require(path.reduce(Optional(json)) { $0?[$1] }?.stringValue, "no \(path) in \(json)")
    }

    /// A template of one version that asks one thing.
    private static func template(_ deployment: TestDeployment, _ client: TestClient) async throws -> (template: String, version: String) {
        let file = try json(await client.data(.POST, "/api/v2/files", "an archive", mediaType: "application/x-tar"))
        let version = try json(
            await client.data(
                .POST, "/api/v2/organizations/default/templateversions",
                #"{"file_id": "\#(try text(file, "hash"))", "storage_method": "file", "provisioner": "terraform", "tags": null}"#))
        let id = try text(version, "id")
        #expect(version["job"]?["status"] == "pending" && version["job"]?["queue_position"] == 1)
        try await deployment.finishImport(
            id,
            parameters: [
                "parameters": [
                    ["name": "size", "type": "number", "mutable": true, "default": "3", "validation": ["min": 1, "max": 9]],
                    [
                        "name": "region", "type": "string", "required": true,
                        "options": [["name": "A", "value": "a"], ["name": "B", "value": "b"]],
                    ],
                ]
            ])
        let template = try json(
            await client.data(.POST, "/api/v2/organizations/default/templates", #"{"name": "dev", "template_version_id": "\#(id)"}"#))
        return (try text(template, "id"), id)
    }

    @Test("the first user is made once, also by two at once")
    func firstUser() async throws {
        try await TestDeployment.run { deployment in
            #expect(try await Self.status { try await deployment.client().data(.GET, "/api/v2/users/first") } == 404)
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        try await Self.status {
                            try await deployment.client().data(
                                .POST, "/api/v2/users/first",
                                #"{"email": "u\#(index)@example.org", "username": "u\#(index)", "password": "\#(TestDeployment.password)"}"#
                            )
                        }
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(made.sorted() == [200, 400, 400, 400])
            #expect(try await Self.status { try await deployment.client().data(.GET, "/api/v2/users/first") } == 200)
        }
    }

    @Test("sign in, ask who one is, make a token, sign out")
    func signingIn() async throws {
        try await TestDeployment.run { deployment in
            let owner = try await deployment.owner()
            let me = try await owner.get("/api/v2/users/me", as: User.self)
            #expect(me.username == "ada" && me.roles.map(\.name) == ["owner"] && me.organizationIds.count == 1)
            #expect(
                try await Self.status {
                    try await deployment.client().data(.POST, "/api/v2/users/login", #"{"email": "ada@example.org", "password": "wrong"}"#)
                } == 401)
            #expect(
                try await Self.status {
                    try await deployment.client().data(
                        .POST, "/api/v2/users/login", #"{"email": "nobody@example.org", "password": "wrong"}"#)
                } == 401)
            let token = try await owner.send(
                .POST, "/api/v2/users/me/keys/tokens", CreateTokenRequest(scopes: ["workspace:read"], tokenName: "ci"),
                as: GenerateAPIKeyResponse.self)
            #expect(try await Self.status { try await deployment.client(token.key).data(.GET, "/api/v2/workspaces") } == 200)
            #expect(try await Self.status { try await deployment.client(token.key).data(.GET, "/api/v2/templates") } == 403)
            #expect(try await owner.get("/api/v2/users/me/keys/tokens", as: [APIKey].self).map(\.tokenName) == ["ci"])
            #expect(
                try await Self.status {
                    try await owner.data(.POST, "/api/v2/users/me/keys/tokens", #"{"token_name": "ci"}"#)
                } == 409)
            try await owner.data(.POST, "/api/v2/users/logout")
            #expect(try await Self.status { try await owner.data(.GET, "/api/v2/users/me") } == 401)
            #expect(try await Self.status { try await deployment.client(token.key).data(.GET, "/api/v2/workspaces") } == 200)
        }
    }

    @Test("a template is pushed, a workspace made, stopped, started and deleted")
    func workspace() async throws {
        try await TestDeployment.run { deployment in
            let owner = try await deployment.owner()
            let (template, version) = try await Self.template(deployment, owner)
            let asked = try Self.json(await owner.data(.GET, "/api/v2/templateversions/\(version)/rich-parameters"))
            #expect(asked.arrayValue?.count == 2 && asked[0]?["validation_max"] == 9)

            let create = { (answers: String) in
                try Self.json(
                    await owner.data(
                        .POST, "/api/v2/users/me/workspaces",
                        #"{"name": "w1", "template_id": "\#(template)", "rich_parameter_values": \#(answers)}"#))
            }
            #expect(try await Self.status { _ = try await create("[]") } == 400)
            #expect(try await Self.status { _ = try await create(#"[{"name": "region", "value": "c"}]"#) } == 400)
            #expect(
                try await Self.status { _ = try await create(#"[{"name": "region", "value": "a"}, {"name": "size", "value": "10"}]"#) }
                    == 400)
            let workspace = try await create(#"[{"name": "region", "value": "a"}]"#)
            let id = try Self.text(workspace, "id")
            #expect(workspace["latest_build"]?["status"] == "pending" && workspace["outdated"] == false)
            #expect(try await Self.status { _ = try await create(#"[{"name": "region", "value": "a"}]"#) } == 409)

            let build = { (body: String) in try Self.json(await owner.data(.POST, "/api/v2/workspaces/\(id)/builds", body)) }
            #expect(try await Self.status { _ = try await build(#"{"transition": "stop"}"#) } == 409)
            try await deployment.finishJobs()
            let stop = try await build(#"{"transition": "stop"}"#)
            #expect(stop["build_number"] == 2)
            try await deployment.finishJobs()
            // What cannot change does not, what can does, and what is not said stays.
            #expect(
                try await Self.status {
                    _ = try await build(#"{"transition": "start", "rich_parameter_values": [{"name": "region", "value": "b"}]}"#)
                } == 400)
            let start = try await build(#"{"transition": "start", "rich_parameter_values": [{"name": "size", "value": "5"}]}"#)
            let answers = try Self.json(await owner.data(.GET, "/api/v2/workspacebuilds/\(try Self.text(start, "id"))/parameters"))
            #expect(answers == [["name": "region", "value": "a"], ["name": "size", "value": "5"]])
            try await owner.data(.PATCH, "/api/v2/workspacebuilds/\(try Self.text(start, "id"))/cancel")
            let canceled = try Self.json(await owner.data(.GET, "/api/v2/workspaces/\(id)"))
            #expect(canceled["latest_build"]?["status"] == "canceled")

            #expect(try Self.json(await owner.data(.GET, "/api/v2/workspaces?q=owner:me%20status:canceled"))["count"] == 1)
            #expect(try Self.json(await owner.data(.GET, "/api/v2/workspaces?q=status:running"))["count"] == 0)
            #expect(try await Self.status { try await owner.data(.GET, "/api/v2/workspaces?q=colour:red") } == 400)
            let byName = try Self.json(await owner.data(.GET, "/api/v2/users/ada/workspace/W1"))
            #expect(byName["id"]?.stringValue == id)
            #expect(try Self.json(await owner.data(.GET, "/api/v2/workspaces/\(id)/builds")).arrayValue?.count == 3)
            #expect(try await Self.status { _ = try await build(#"{"transition": "delete"}"#) } == 200)
        }
    }

    @Test("other people's things do not exist")
    func strangers() async throws {
        try await TestDeployment.run { deployment in
            let owner = try await deployment.owner()
            let (template, version) = try await Self.template(deployment, owner)
            let bob = try await deployment.member("bob", by: owner)
            let eve = try await deployment.member("eve", by: owner)
            let made = try Self.json(
                await bob.data(
                    .POST, "/api/v2/users/me/workspaces",
                    #"{"name": "w1", "template_id": "\#(template)", "rich_parameter_values": [{"name": "region", "value": "a"}]}"#))
            let id = try Self.text(made, "id")
            let build = try Self.text(made, "latest_build", "id")
            for path in [
                "/api/v2/workspaces/\(id)", "/api/v2/users/bob/workspace/w1", "/api/v2/workspacebuilds/\(build)",
                "/api/v2/workspacebuilds/\(build)/logs", "/api/v2/users/bob", "/api/v2/users/bob/keys/tokens",
            ] {
                #expect(try await Self.status { try await eve.data(.GET, path) } == 404, "\(path)")
                #expect(try await Self.status { try await owner.data(.GET, path) } == 200, "\(path)")
            }
            #expect(
                try await Self.status { try await eve.data(.POST, "/api/v2/workspaces/\(id)/builds", #"{"transition": "stop"}"#) } == 404)
            #expect(try Self.json(await eve.data(.GET, "/api/v2/workspaces"))["count"] == 0)
            #expect(try Self.json(await bob.data(.GET, "/api/v2/workspaces"))["count"] == 1)
            #expect(try Self.json(await owner.data(.GET, "/api/v2/workspaces"))["count"] == 1)
            #expect(try await Self.status { try await eve.data(.GET, "/api/v2/templates/\(template)") } == 200)
            #expect(try await Self.status { try await eve.data(.PATCH, "/api/v2/templates/\(template)", #"{"name": "mine"}"#) } == 403)
            #expect(
                try await Self.status { try await eve.data(.PATCH, "/api/v2/templateversions/\(version)", #"{"name": "mine"}"#) } == 403)
            #expect(try await Self.status { try await eve.data(.GET, "/api/v2/users") } == 404)
            #expect(try await Self.status { try await eve.data(.PUT, "/api/v2/users/me/roles", #"{"roles": ["owner"]}"#) } == 403)
        }
    }

    @Test("a log is followed to the end of its job")
    func logs() async throws {
        try await TestDeployment.run { deployment in
            let owner = try await deployment.owner()
            let (_, version) = try await Self.template(deployment, owner)
            let job: UUID = try await deployment.pool.value("select job_id from template_versions where id = \(version)::uuid")
            try await deployment.pool.execute("update provisioner_jobs set completed_at = null where id = \(job)")
            let write = { @Sendable (range: ClosedRange<Int>) in
                for index in range {
                    try await deployment.pool.execute(
                        """
                        insert into provisioner_job_logs (job_id, id, created_at, source, level, stage, output)
                        values (\(job), \(index), now(), 'provisioner', 'info', 'plan', \("line \(index)"))
                        """)
                }
            }
            try await write(1...3)
            let lines = Mutex<[String]>([])
            let (heard, hear) = AsyncStream.makeStream(of: Void.self)
            async let following: Void = owner.listen(
                "/api/v2/templateversions/\(version)/logs", query: [("follow", "true"), ("after", "1")], as: Line.self
            ) { line in
                lines.withLock { $0.append(line.output) }
                hear.yield()
            }
            for await _ in heard { break }
            try await write(4...5)
            try await deployment.finishJobs()
            try await following
            #expect(lines.withLock { $0 } == ["line 2", "line 3", "line 4", "line 5"])
            let all = try Self.json(await owner.data(.GET, "/api/v2/templateversions/\(version)/logs?after=3"))
            #expect(all.arrayValue?.count == 2)
        }
    }

    struct Line: Codable, Sendable {
        var id: Int64
        var output: String
    }

    @Test("every route says whom it is for, and nobody gets in without a key")
    func permissions() async throws {
        try await TestDeployment.run { deployment in
            let document = try Self.json(await deployment.client().data(.GET, "/api/v2/openapi.json"))
            var count = 0
            for (path, methods) in document["paths"]?.objectValue ?? [:] {
                for (method, operation) in methods.objectValue ?? [:] {
                    count += 1
                    let permission = try #require(operation["x-permission"]?.stringValue)
                    if permission == "anybody" { continue }
                    let concrete = path.replacing(/\{[^}]*\}/, with: "00000000-0000-0000-0000-000000000001")
                    let got = try await Self.status {
                        try await deployment.client().data(
                            HTTPMethod(rawValue: method.uppercased()), concrete, method == "get" ? nil : "{}")
                    }
                    #expect(got == 401, "\(method) \(path) answers \(got) to nobody")
                }
            }
            #expect(count > 80)
        }
    }
}
