import HCL
import ProviderKit
import Testing

@testable import Providers

@Suite("a build as the coder provider sees it") struct CoderBuildTests {
    private static var build: BuildEnvironment {
        var build = BuildEnvironment(
            buildID: "b", accessURL: "https://berth.example.com:8443", workspace: .init(id: "w", name: "dev", transition: .stop),
            owner: .init(
                id: "o", name: "ada", fullName: "Ada", email: "ada@example.com", groups: ["staff", "a \"b\""],
                roles: [.init(name: "owner", organizationID: "x")]),
            template: .init(id: "t", name: "docker", version: "v1"))
        build.agentScripts = [.init(os: "linux", arch: "amd64"): "curl ${ACCESS_URL}bin -- ${AUTH_TYPE}"]
        build.parameters = ["Größe (GB)": "7"]
        build.previousParameters = ["Größe (GB)": "5"]
        build.externalAuth = ["github": "secret"]
        return build
    }

    private static func fixture(_ build: BuildEnvironment = build) -> CoderFixture { CoderFixture(variables: build.variables(for: .plan)) }

    @Test("data sources say what the build is")
    func dataSources() async throws {
        let fixture = Self.fixture()
        let workspace = try await fixture.read("coder_workspace", "{}")
        #expect(workspace.string("name") == "dev")
        #expect(workspace.integer("start_count") == 0)
        #expect(workspace.string("transition") == "stop")
        #expect(workspace.integer("access_port") == 8443)
        #expect(workspace.string("owner_email") == "ada@example.com")
        #expect(workspace.strings("owner_groups") == ["staff", "a \"b\""])
        let owner = try await fixture.read("coder_workspace_owner", "{}")
        #expect(owner.string("full_name") == "Ada")
        #expect(owner.blocks("rbac_roles").first?.string("org_id") == "x")
        #expect(owner[attribute: "login_type"].isNull)
        let auth = try await fixture.read("coder_external_auth", #"{"id": "github"}"#)
        #expect(auth.string("access_token") == "secret")
        let gitAuth = try await fixture.read("coder_git_auth", #"{"id": "github"}"#)
        #expect(gitAuth.string("access_token") == "secret")
    }

    @Test("a parameter has the value of the build, judged by the one before")
    func parameters() async throws {
        let fixture = Self.fixture()
        let declaration = #"{"name": "Größe (GB)", "type": "number", "validation": [{"monotonic": "increasing"}]}"#
        #expect(try await fixture.read("coder_parameter", declaration).string("value") == "7")
        var build = Self.build
        build.parameters = ["Größe (GB)": "3"]
        let smaller = Self.fixture(build)
        let error = await #expect(throws: ProviderError.self) { try await smaller.read("coder_parameter", declaration) }
        #expect(error?.findings.first?.detail == "parameter value '3' must be equal or greater than previous value: 5")
        var lenient = smaller
        lenient.isLenient = true
        #expect(try await lenient.read("coder_parameter", declaration).string("value") == "3")
    }

    @Test("a build without its template's name is refused, a plan outside of builds is not")
    func required() async throws {
        var variables = Self.build.variables(for: .plan)
        variables["CODER_WORKSPACE_TEMPLATE_NAME"] = ""
        let broken = CoderFixture(variables: variables)
        let error = await #expect(throws: ProviderError.self) { try await broken.read("coder_workspace", "{}") }
        #expect(error?.findings.first?.summary == "template name is missing: CODER_WORKSPACE_TEMPLATE_NAME is required")
        #expect(try await CoderFixture().read("coder_workspace", "{}").string("template_name") == "")
    }

    @Test("each build gives an agent a new token, except the one in which its workspace is claimed")
    func tokens() async throws {
        let agent = #"{"os": "linux", "arch": "amd64"}"#
        let first = try await Self.fixture().created("coder_agent", agent)
        #expect(first.string("init_script") == "curl https://berth.example.com:8443/bin -- token")
        let old = first.setting(["token": .string("old"), "init_script": .string("old")])
        let fixture = Self.fixture()
        let again = try #require(try await fixture.resource("coder_agent").read(old, fixture.operation))
        #expect(again == first)
        var claim = Self.build
        claim.prebuild = .claim
        claim.runningAgentTokens = ["agent": "kept"]
        let claiming = Self.fixture(claim)
        let kept = try #require(try await claiming.resource("coder_agent").read(old, claiming.operation))
        #expect(kept.string("token") == "kept")
        let workspace = try await claiming.read("coder_workspace", "{}")
        #expect(workspace.bool("is_prebuild_claim") == true)
        #expect(workspace.integer("prebuild_count") == 0)
    }

    @Test("values that a plan has taken in are not given to the apply")
    func steps() {
        let apply = Self.build.variables(for: .apply)
        #expect(apply.keys.filter { $0.hasPrefix("CODER_PARAMETER") || $0.contains("AUTH") } == [])
        #expect(apply["CODER_WORKSPACE_OWNER_GROUPS"] == #"["staff","a \"b\""]"#)
        #expect(
            BuildEnvironment.parameterVariable(name: "a")
                == "CODER_PARAMETER_ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")
    }

    @Test(
        "an object does not change when its template does not",
        arguments: [
            ("coder_metadata", #"{"resource_id": "r", "item": [{"key": "a"}, {"key": "b", "value": ""}]}"#),
            ("coder_agent", #"{"os": "linux", "arch": "amd64", "metadata": [{"key": "a", "script": "b", "interval": 1}]}"#),
            ("coder_app", #"{"agent_id": "a", "slug": "a", "healthcheck": [{"url": "u", "interval": 1, "threshold": 2}]}"#),
        ])
    func stability(_ type: String, _ configuration: String) async throws {
        let fixture = CoderFixture()
        let resource = try await fixture.resource(type)
        let state = try await fixture.created(type, configuration)
        let value = try CoderFixture.value(configuration, resource.schema.block)
        var change = PlannedChange(prior: state, configuration: value, planned: Self.proposed(value, state, resource.schema.block))
        try await resource.plan(&change, fixture.operation)
        #expect(change.planned == state)
    }

    /// What an engine proposes: computed attributes of the top level as they are, of blocks unknown.
    private static func proposed(_ configuration: Value, _ prior: Value, _ block: BlockSchema) -> Value {
        var planned = CoderFixture.planned(configuration, block)
        for (name, attribute) in block.attributes where attribute.presence.isComputed && configuration[attribute: name].isNull {
            planned = planned.setting([name: prior[attribute: name]])
        }
        return planned
    }

    @Test("an agent of an old version stays although its timeouts are gone, and a new one does not have them")
    func formerDefaults() async throws {
        let fixture = CoderFixture()
        let resource = try await fixture.resource("coder_agent")
        let configuration = #"{"os": "linux", "arch": "amd64"}"#
        let state = try await fixture.created("coder_agent", configuration)
        #expect(state[attribute: "startup_script_timeout"].isNull)
        let old = state.setting(["startup_script_timeout": .integer(300), "login_before_ready": .true])
        let value = try CoderFixture.value(configuration, resource.schema.block)
        var change = PlannedChange(prior: old, configuration: value, planned: Self.proposed(value, old, resource.schema.block))
        try await resource.plan(&change, fixture.operation)
        #expect(change.planned == old)
    }

    @Test(
        "what the published provider only refuses while it applies, is refused at the plan",
        arguments: [
            (
                "coder_script", #"{"agent_id": "a", "display_name": "a", "script": "a"}"#,
                "at least one of \"run_on_start\", \"run_on_stop\", or \"cron\" must be set"
            ),
            (
                "coder_script", #"{"agent_id": "a", "display_name": "a", "script": "a", "cron": "@daily", "start_blocks_login": true}"#,
                "\"start_blocks_login\" can only be set if \"run_on_start\" is \"true\""
            ),
            ("coder_ai_task", "{}", "'app_id' must be set"),
            ("coder_metadata", #"{"resource_id": "r", "item": [{"key": "a"}, {"key": "a"}]}"#, "duplicate resource metadata key \"a\""),
            (
                "coder_agent", #"{"os": "linux", "arch": "amd64", "resources_monitoring": [{}]}"#,
                "resources_monitoring must define at least one monitor"
            ),
        ])
    func refusedPlans(_ type: String, _ configuration: String, _ summary: String) async throws {
        let error = await #expect(throws: ProviderError.self) { try await CoderFixture().created(type, configuration) }
        #expect(error?.findings.map(\.summary) == [summary])
    }

    @Test("an item that loses its value is another one")
    func missingValue() async throws {
        let fixture = CoderFixture()
        let resource = try await fixture.resource("coder_metadata")
        let state = try await fixture.created("coder_metadata", #"{"resource_id": "r", "item": [{"key": "a", "value": ""}]}"#)
        let value = try CoderFixture.value(#"{"resource_id": "r", "item": [{"key": "a"}]}"#, resource.schema.block)
        var change = PlannedChange(prior: state, configuration: value, planned: Self.proposed(value, state, resource.schema.block))
        try await resource.plan(&change, fixture.operation)
        #expect(change.changes("item"))
    }

    @Test("identifiers are random UUIDs of version 4")
    func identifiers() {
        let all = (0..<50).map { _ in CoderUUID.make() }
        #expect(Set(all).count == all.count)
        let form = TextPattern("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        #expect(all.allSatisfy { form.matches($0) && CoderUUID.isValid($0) })
    }
}
