import HCL
import JSON
import ProviderKit
import Providers
import ResourceGraph
import TemplateForms
import Testing

@Suite("forms of templates") struct TemplateFormTests {
    /// A data source whose configuration is what is given, and null otherwise.
    private static func source(_ type: String, _ name: String, _ given: [String: Value]) throws -> FormSource {
        let schema = try #require(CoderProvider().dataSource(type)).schema.block
        var members = schema.attributes.mapValues { Value.null($0.type) }
        for (name, nested) in schema.blocks { members[name] = .list([], of: nested.block.impliedType) }
        return FormSource(
            address: "data.\(type).\(name)", type: type, configuration: .object(members.merging(given) { _, new in new }))
    }

    private static func parameter(_ name: String, _ given: [String: Value] = [:]) throws -> FormSource {
        try source("coder_parameter", name, ["name": .string(name)].merging(given) { _, new in new })
    }

    private static func texts(_ findings: [ProviderFinding]) -> [String] { findings.map { "\($0.severity): \($0.summary)" } }

    @Test("questions come by order and name, each with its own answer and faults")
    func questions() throws {
        let rule = Value.object(["min": .integer(1), "max": .integer(4), "error": .string("{value} is not {min} to {max}")])
        let sources = [
            try Self.parameter("zone", ["order": .integer(2), "default": .string("a")]),
            try Self.parameter(
                "cpu",
                [
                    "type": .string("number"), "mutable": .true, "default": .string("2"), "validation": .tuple([rule]),
                    "order": .integer(1),
                ]),
            try Self.parameter("name"),
        ]
        let form = TemplateForm(sources, answers: FormAnswers(inputs: ["cpu": "9"]))
        #expect(form.questions.map(\.parameter.name) == ["name", "cpu", "zone"])
        #expect(form.questions.map(\.value) == [nil, "9", "a"])
        #expect(form.questions.map(\.isValid) == [false, false, true])
        #expect(Self.texts(form.questions[0].findings) == ["error: Required parameter not provided"])
        #expect(form.questions[1].findings.first?.detail == "9 is not 1 to 4")
        #expect(!form.isValid)
        let cpu = form.parameters.parameters[1]
        #expect(cpu.formType == .input)
        #expect(cpu.validation?.max == 4)
        #expect(!cpu.isRequired)
        #expect(form.parameters.parameters[0].isRequired)
        #expect(try TemplateParameters(json: form.parameters.json) == form.parameters)
        #expect(TemplateForm(sources, answers: FormAnswers(inputs: ["cpu": "3", "name": "x"])).isValid)
    }

    @Test("the answer of the build before holds, unless it was for that build only; one that is fixed cannot change")
    func previous() throws {
        let sources = [
            try Self.parameter("disk", ["default": .string("1")]),
            try Self.parameter("once", ["default": .string("no"), "mutable": .true, "ephemeral": .true]),
        ]
        let previous = ["disk": "5", "once": "yes"]
        let kept = TemplateForm(sources, answers: FormAnswers(previous: previous))
        #expect(kept.questions.map(\.value) == ["5", "no"])
        #expect(kept.isValid)
        let changed = TemplateForm(sources, answers: FormAnswers(inputs: ["disk": "6"], previous: previous))
        #expect(Self.texts(changed.questions[0].findings) == ["error: Immutable parameter changed"])
    }

    @Test("presets give answers that their parameters allow")
    func presets() throws {
        let options = ["eu", "us"].map { Value.object(["name": .string($0), "value": .string($0)]) }
        let prebuilds = Value.object([
            "instances": .integer(2), "expiration_policy": .tuple([.object(["ttl": .integer(7200)])]),
            "scheduling": .tuple([
                .object([
                    "timezone": .string("UTC"), "schedule": .tuple([.object(["cron": .string("* 8 * * *"), "instances": .integer(3)])]),
                ])
            ]),
        ])
        func preset(_ name: String, _ answers: [String: String], _ more: [String: Value] = [:]) throws -> FormSource {
            try Self.source(
                "coder_workspace_preset", name,
                ["name": .string(name), "parameters": .stringMap(answers)].merging(more) { _, new in new })
        }
        let form = TemplateForm([
            try Self.parameter("region", ["option": .tuple(options), "default": .string("eu")]),
            try preset("good", ["region": "us"], ["default": .true, "prebuilds": .tuple([prebuilds])]),
            try preset("bad", ["region": "mars", "gone": "1"], ["default": .true]),
        ])
        #expect(form.presets.map(\.preset.name) == ["bad", "good"])
        #expect(
            Self.texts(form.presets[0].findings) == [
                "warning: Preset of an undeclared parameter", "error: Parameter \"region\": Value must be a valid option",
            ])
        #expect(form.presets[1].findings == [])
        #expect(
            form.presets[1].preset.prebuilds
                == .init(instances: 2, ttlSeconds: 7200, timezone: "UTC", schedule: [.init(cron: "* 8 * * *", instances: 3)]))
        #expect(
            Self.texts(form.findings.map(\.finding)) == [
                "error: a maximum of 1 coder_workspace_preset can be marked as default, but 2 are set"
            ])
        #expect(try TemplateParameters(json: form.parameters.json) == form.parameters)
    }

    @Test("a template that contradicts itself still has a form")
    func contradictions() throws {
        let twice = Value.object(["name": .string("a"), "value": .string("a")])
        let impossible = Value.object(["min": .integer(3), "max": .integer(1)])
        let form = TemplateForm([
            try Self.parameter("a", ["default": .string("x")]), try Self.parameter("a", ["default": .string("y")]),
            try Self.parameter("b", ["option": .tuple([twice, twice])]), try Self.parameter("b"),
            try Self.parameter("c", ["type": .string("number"), "default": .string("2"), "validation": .tuple([impossible])]),
            try Self.parameter("d", ["type": .string("int"), "default": .string("2"), "styling": .string("[")]),
            try Self.source("coder_workspace_tags", "one", ["tags": .stringMap(["zone": "a", "arch": "arm64"])]),
            try Self.source("coder_workspace_tags", "two", ["tags": .stringMap(["zone": "b"])]),
            try Self.source("coder_external_auth", "one", ["id": .string("github"), "optional": .true]),
            try Self.source("coder_git_auth", "two", ["id": .string("gitlab")]),
        ])
        #expect(form.questions.map(\.parameter.name) == ["a", "b", "c", "d"])
        #expect(Self.texts(form.questions[1].findings).first == "error: Option names must be unique.")
        #expect(Self.texts(form.questions[2].findings).last == "error: Invalid validation")
        #expect(
            Self.texts(form.questions[3].findings) == ["error: Invalid form_type for parameter", "warning: Invalid styling"])
        #expect(
            Self.texts(form.findings.map(\.finding)) == [
                "error: coder_parameter names must be unique but \"a\" and \"b\" appear multiple times",
                "error: workspace tag \"zone\" is defined multiple times",
            ])
        #expect(form.parameters.externalAuth == [.init(id: "github", isOptional: true), .init(id: "gitlab", isOptional: false)])
        #expect(form.parameters.tags["arch"] == "arm64")
        #expect(try TemplateParameters(json: form.parameters.json) == form.parameters)
    }

    @Test("what is not known yet is said, and hides nothing else")
    func unknown() throws {
        let form = TemplateForm([
            try Self.parameter("later", ["default": .unknown(.string)]), try Self.parameter("now", ["default": .string("x")]),
        ])
        #expect(Self.texts(form.questions[0].findings).contains("warning: Parameter not known yet"))
        #expect(form.questions[1].isValid)
    }

    @Test("variables of the template are shown with their defaults, sensitive ones without")
    func variables() {
        let range = SourceRange(file: "main.tf", start: .start, end: .start)
        var variable = InputVariable(name: "zones", range: range)
        variable.type = .list(.string)
        variable.fallback = .strings(["a"])
        #expect(
            TemplateVariable(variable, description: "Where.")
                == TemplateVariable(name: "zones", type: "list(string)", description: "Where.", defaultValue: ["a"]))
        variable.isSensitive = true
        #expect(TemplateVariable(variable).defaultValue == nil)
        variable.fallback = nil
        #expect(TemplateVariable(variable).isRequired)
    }
}
