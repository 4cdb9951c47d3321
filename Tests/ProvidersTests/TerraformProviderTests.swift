import Glibc
import HCL
import ProviderKit
import TestSupport
import Testing

@testable import Providers

@Suite("the builtin provider") struct TerraformProviderTests {
    private let data: Lifecycle

    init() throws { data = try Lifecycle(TerraformProvider(), "terraform_data") }

    @Test("the planned output is unknown but of the input's type, and the id is known not to be null")
    func create() async throws {
        let input = Value.tuple([.string("a"), .integer(1)])
        let planned = try await data.plan(["input": input]).planned
        #expect(planned[attribute: "output"] == .unknown(input.type))
        #expect(planned[attribute: "id"].isDefinitelyNotNull)
        let made = try await data.create(["input": input])
        #expect(made[attribute: "output"] == input)
        #expect(made.string("id")?.utf8.count == 36)
        #expect(try await data.isUnchanged(made, ["input": input]))
    }

    @Test("without an input there is no output, already in the plan")
    func noInput() async throws {
        #expect(try await data.plan([:]).planned[attribute: "output"].isNull)
        #expect(try await data.create([:])[attribute: "output"].isNull)
    }

    @Test("another input changes the object in place")
    func update() async throws {
        let made = try await data.create(["input": .string("a")])
        let changed = try await data.update(made, ["input": .integer(2)])
        #expect(changed[attribute: "output"] == .integer(2))
        #expect(changed.string("id") == made.string("id"))
        #expect(try await data.update(changed, [:])[attribute: "output"].isNull)
    }

    @Test("another trigger makes a new object")
    func replace() async throws {
        let made = try await data.create(["input": .string("a"), "triggers_replace": .string("1")])
        let change = try await data.plan(["input": .string("a"), "triggers_replace": .string("2")], prior: made)
        #expect(change.replacing == [.attribute("triggers_replace")])
        #expect(!change["id"].isKnown && !change["output"].isKnown)
    }

    @Test("what only the provider gives cannot be configured")
    func readOnly() {
        let findings = data.type.validate(data.configuration(["id": .string("x"), "output": .unknown(.dynamic)]))
        #expect(findings.map(\.summary) == ["\"id\" attribute is read-only", "\"output\" attribute is read-only"])
    }

    @Test("an object is imported by its id")
    func importing() async throws {
        let state = try await data.type.importState(id: "x", data.operation)
        #expect(state == data.configuration(["id": .string("x")]))
    }

    @Test("outputs of another template come from its state file, or from the defaults")
    func remoteState() async throws {
        try await Fixture.with { fixture in
            _ = try fixture.write(
                "a.tfstate", #"{"version":4,"outputs":{"ids":{"value":["x",1],"type":["tuple",["string","number"]],"sensitive":true}}}"#)
            let source = try #require(TerraformProvider().dataSource("terraform_remote_state"))
            let operation = ProviderOperation(address: "d", key: "", environment: ProviderEnvironment(directory: fixture.directory))
            func configuration(_ path: String) -> Value {
                source.schema.block.impliedType.nullAttributes.setting([
                    "backend": .string("local"), "config": .object(["path": .string(path)]), "defaults": .object(["b": .true]),
                ])
            }
            let outputs = try await source.read(configuration("a.tfstate"), operation)[attribute: "outputs"]
            #expect(outputs == .object(["ids": .tuple([.string("x"), .integer(1)]), "b": .true]))
            let error = await #expect(throws: ProviderError.self) { try await source.read(configuration("b.tfstate"), operation) }
            #expect(error?.findings.first?.summary == "Unable to find remote state")
        }
    }

    @Test(
        "a backend other than local is refused",
        arguments: [("s3", "not supported by this engine"), ("nonsense", "There is no backend type named \"nonsense\".")])
    func backends(_ backend: String, _ reason: String) throws {
        let source = try #require(TerraformProvider().dataSource("terraform_remote_state"))
        let finding = try #require(
            source.validate(source.schema.block.impliedType.nullAttributes.setting(["backend": .string(backend)])).first)
        #expect(finding.summary == "Invalid backend configuration" && finding.detail.contains(reason))
    }

    @Test(
        "a wrong configuration of the backend is found",
        arguments: [
            (Value.emptyTuple, "The given configuration is not valid for backend \"local\": an object is required."),
            (
                .object(["path": .string("x"), "foo": .true]),
                "The given configuration is not valid for backend \"local\": unexpected attribute \"foo\"."
            ),
            (.object(["path": .emptyTuple]), "The given configuration is not valid for backend \"local\": .path: string required."),
            (.object(["path": .string("")]), "The \"path\" attribute value must not be empty."),
        ])
    func backendConfiguration(_ config: Value, _ detail: String) throws {
        let source = try #require(TerraformProvider().dataSource("terraform_remote_state"))
        let configuration = source.schema.block.impliedType.nullAttributes.setting(["backend": .string("local"), "config": config])
        #expect(source.validate(configuration).map(\.detail) == [detail])
    }
}
