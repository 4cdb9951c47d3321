import HCL
import ProviderKit
import TemplateConfiguration
import TemplateState
import TestSupport
import Testing

/// A state file with a little of everything.
enum StateSample {
    static func state() throws -> State {
        var state = State(serial: 7, lineage: "0a3f1f0e-6a3f-4a53-9a35-5b4b8b0b0c01")
        state.outputs["big"] = OutputState(
            value: .tuple([.number(try number("123456789012345678901234567890")), .number(try number("0.1")), .null()]), isSensitive: false)
        state.outputs["secret"] = OutputState(value: .string("a<b>&\u{2028}\"c\""), isSensitive: true)
        let provider = ProviderConfigurationAddress(.root, .builtin)
        let type = Terraform.terraformData.impliedType
        func object(_ id: String, _ input: Value) throws -> ObjectState {
            try ObjectState(
                .object([
                    "id": .string(id), "input": input, "output": input.unmarkedDeep().0, "triggers_replace": .null(),
                ]), as: type)
        }
        let root = ModuleInstanceAddress.root
        func address(_ name: String, _ module: ModuleInstanceAddress = root) -> AbsoluteResourceAddress {
            AbsoluteResourceAddress(module, ResourceAddress(.managed, "terraform_data", name))
        }
        let secret = Value.object(["l": .tuple([.string("x"), .string("y").marked(with: .sensitive)]), "n": .integer(1)])
        state.resources[address("single")] = ResourceState(
            provider: provider, instances: [nil: InstanceState(current: try object("s", secret))])
        var tainted = try object("c1", .integer(1))
        tainted.isTainted = true
        tainted.dependencies = [address("single").configured]
        tainted.createBeforeDestroy = true
        state.resources[address("counted")] = ResourceState(
            provider: provider,
            instances: [
                .integer(10): InstanceState(current: try object("c10", .integer(10))), .integer(1): InstanceState(current: tainted),
                .integer(2): InstanceState(current: try object("c2", .true), deposed: ["00abcdef": try object("old", .null())]),
            ])
        let module = root.child("m", .string("a b")).child("inner", .integer(0))
        state.resources[address("each", module)] = ResourceState(
            provider: provider, instances: [.string("k\"ö"): InstanceState(current: try object("e", .string("v")))])
        state.checks = [
            CheckState(
                kind: .check, configuredAddress: "check.c", status: .fail,
                instances: [.init(address: "check.c", status: .fail, failureMessages: ["no <"])]),
            CheckState(kind: .outputValue, configuredAddress: "output.big", status: .unknown, instances: []),
        ]
        return state
    }

    static func number(_ text: String) throws -> Number { try #require(Number(parsing: text)) }
}

/// A state file with one resource.
private enum StateText {
    static func file(
        module: String? = nil, mode: String = "managed", name: String = "a",
        provider: String = #"provider[\"terraform.io/builtin/terraform\"]"#, instances: String = ""
    ) -> String {
        let module = module.map { "\"module\":\"\($0)\"," } ?? ""
        return """
            {"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"check_results":null,"resources":[
            {\(module)"mode":"\(mode)","type":"t","name":"\(name)","provider":"\(provider)","instances":[\(instances)]}]}
            """
    }
}

struct StateFileTests {
    @Test("what is written is read, and written again byte for byte")
    func roundTrip() throws {
        let text = try StateFile.write(StateSample.state())
        #expect(try StateFile.write(StateFile.read(text)) == text)
        #expect(text.contains("      \"module\": \"module.m[\\\"a b\\\"].module.inner[0]\",\n"))
        #expect(text.contains("123456789012345678901234567890,\n"))
    }

    @Test("what is carried along stays as it is written, numbers above all")
    func carriedAlong() throws {
        let attributes = #"{"a":1.0,"b":1E+3,"c":"\u00e9","d":{},"e":[],"f":[[{"g":0.10}]]}"#
        let instance =
            #"{"schema_version":3,"attributes":\#(attributes),"sensitive_attributes":[],"identity_schema_version":0,"identity":{"x":1.50},"private":"bnVsbA=="}"#
        let text = try StateFile.write(StateFile.read(StateText.file(instances: instance)))
        let compact = text.filter { $0 != " " && $0 != "\n" }
        #expect(compact.contains(instance))
    }

    @Test(
        "what is no state file is refused with the place",
        arguments: [
            ("", "state file: not JSON: EOF"), ("{", "state file: not JSON: unexpected EOF"), ("[]", "state file: an object is required"),
            ("{}", "state file: \"version\" is missing"),
            (#"{"version":3}"#, "state file: version: format versions before 4 are not read"),
            (#"{"version":5}"#, "state file: version: format version 5 is newer than 4"),
            (#"{"version":"4"}"#, "state file: version: an integer from 0"),
            (#"{"version":4,"version":4}"#, "state file: \"version\" is there twice"),
            (#"{"version":4,"encryption":{}}"#, "state file: \"encryption\" is not part of"),
            (#"{"version":4,"serial":-1}"#, "state file: serial: an integer from 0"),
            (#"{"version":4,"outputs":{"a":{"value":"x","type":"number"}}}"#, "state file: outputs.a: a number is required"),
            (StateText.file(module: "module.a[true]"), "state file: resources[0].module: not the address of a module"),
            (StateText.file(name: "1"), "state file: resources[0].name: \"1\" is not a name"),
            (StateText.file(provider: "random"), "state file: resources[0].provider: not the address"),
            (StateText.file(mode: "ephemeral"), "state file: resources[0].mode: \"managed\" or \"data\" is required"),
            (StateText.file(instances: #"{"attributes":[]}"#), "state file: resources[0].instances[0].attributes: an object is required"),
            (
                StateText.file(instances: #"{"index_key":1.5,"attributes":{}}"#),
                "state file: resources[0].instances[0].index_key: an integer"
            ),
            (StateText.file(instances: #"{"status":"bad","attributes":{}}"#), "state file: resources[0].instances[0].status: \"tainted\""),
            (
                StateText.file(instances: #"{"attributes":{}},{"attributes":{}}"#),
                "state file: resources[0].instances[1]: the instance is there twice"
            ),
            (
                StateText.file(instances: #"{"attributes":{},"dependencies":["a[0].b"]}"#),
                "state file: resources[0].instances[0].dependencies[0]: not the address of a resource"
            ),
            (
                StateText.file(instances: #"{"attributes":{},"sensitive_attributes":[[{"type":"index","value":0}]]}"#),
                "state file: resources[0].instances[0].sensitive_attributes[0][0].value: a wrapper object"
            ),
        ])
    func refused(text: String, beginning: String) {
        do throws(StateFileError) {
            _ = try StateFile.read(text)
            Issue.record("accepted")
        } catch {
            #expect(error.description.hasPrefix(beginning), "\(error)")
        }
    }

    @Test("no beginning of a state file traps")
    func truncated() throws {
        let text = Array(try StateFile.write(StateSample.state()).utf8)
        for count in 0..<text.count - 1 {
            #expect(throws: StateFileError.self) { try StateFile.read(String(decoding: text[..<count], as: UTF8.self)) }
        }
    }

    @Test("a state terraform wrote is written back byte for byte", .enabled(if: Terraform.isPresent, Terraform.absence))
    func terraformWrites() async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("terraform")
            _ = try fixture.write("terraform/main.tf", StateFileTests.configuration)
            // Its provisioner fails, so that there is something tainted.
            _ = try await Terraform.run("init", in: directory)
            _ = try await Terraform.run("apply -auto-approve -no-color", in: directory)
            let text = try await read("\(directory)/terraform.tfstate")
            let state = try StateFile.read(text)
            #expect(try StateFile.write(state) == text)
            let shown = try await Terraform.run("show -json", in: directory).output
            let ours = try StateJSON(state, schemas: Terraform.schemas).text()
            #expect(ours == shown.split(separator: "\n").joined())
        }
    }

    @Test("a state we wrote is accepted by terraform", .enabled(if: Terraform.isPresent, Terraform.absence))
    func terraformReads() async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("terraform")
            let state = try StateSample.state()
            _ = try fixture.write("terraform/terraform.tfstate", StateFile.write(state))
            _ = try fixture.write("terraform/main.tf", "# Nothing is wanted.")
            _ = try await Terraform.run("init", in: directory)
            let shown = try await Terraform.run("show -json", in: directory)
            let ours = try StateJSON(state, schemas: Terraform.schemas).text()
            #expect(shown.output.split(separator: "\n").joined() == ours)
            let listed = try await Terraform.run("state list", in: directory).output
            #expect(
                listed == """
                    terraform_data.counted[1]
                    terraform_data.counted[2]
                    terraform_data.counted[10]
                    terraform_data.single
                    module.m["a b"].module.inner[0].terraform_data.each["k\\"ö"]

                    """)
            let planned = try await Terraform.run("plan -no-color", in: directory)
            #expect(planned.output.contains("Plan: 0 to add, 0 to change, 6 to destroy."), "\(planned.output)")
        }
    }

    private func read(_ path: String) async throws -> String { try await TestSupport.run("/bin/cat", [path]).output }

    private static let configuration = #"""
        variable "s" {
          default   = "sec"
          sensitive = true
        }
        resource "terraform_data" "a" {
          input = {
            x = var.s, big = 123456789012345678901234567890, third = 1 / 3, l = [var.s, 1, null], html = "<a>&b"
            t = toset(["b", "a"]), m = tomap({ a = "1", "${"$"}{" = "" })
          }
        }
        resource "terraform_data" "c" {
          count            = 12
          triggers_replace = terraform_data.a.output.third
          lifecycle { create_before_destroy = true }
        }
        resource "terraform_data" "f" {
          for_each = toset(["x", "y.z", "\"q\"", "ü", "$${a}"])
          input    = each.key
        }
        resource "terraform_data" "t" {
          provisioner "local-exec" { command = "false" }
        }
        output "o" { value = { a = [1, null], b = toset(["q"]), n = 1.50 } }
        output "s" {
          value     = [var.s]
          sensitive = true
        }
        output "gone" { value = null }
        check "c" {
          assert {
            condition     = length(terraform_data.c) == 1
            error_message = "no <"
          }
        }
        """#
}
