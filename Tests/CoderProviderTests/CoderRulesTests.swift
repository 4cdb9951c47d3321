import HCL
import ProviderKit
import Testing

@testable import Providers

@Suite("rules of the coder provider") struct CoderRulesTests {
    private static let agent = #""os": "linux", "arch": "amd64""#
    private static let slug = "\"^[a-z0-9](-?[a-z0-9])*$\""

    @Test(
        "configurations are refused in the words of the published provider",
        arguments: [
            (
                "coder_agent", #"{"os": "beos", "arch": "amd64"}"#,
                [#"error: expected os to be one of ["linux" "darwin" "windows"], got beos"#]
            ),
            ("coder_agent", "{\(agent), \"connection_timeout\": -1}", ["error: expected connection_timeout to be at least (0), got -1"]),
            ("coder_agent", "{\(agent), \"order\": 1.5}", ["error: Attribute must be a whole number, got 1.5"]),
            (
                "coder_agent", #"{\#(agent), "resources_monitoring": [{"memory": [{"enabled": true, "threshold": 101}]}]}"#,
                ["error: expected resources_monitoring.0.memory.0.threshold to be in the range (0 - 100), got 101"]
            ),
            (
                "coder_agent",
                #"{\#(agent), "resources_monitoring": [{"volume": [{"enabled": true, "threshold": 1, "path": "a"}]}]}"#,
                ["error: volume path must be an absolute path"]
            ),
            (
                "coder_app", #"{"agent_id": "a", "slug": "A--b"}"#,
                [
                    "error: invalid \"coder_app\" slug, must be a valid hostname (\(slug), cannot contain two consecutive hyphens"
                        + " or start/end with a hyphen): \"A--b\""
                ]
            ),
            (
                "coder_app", #"{"agent_id": "a", "slug": "a", "command": "x", "url": "http://y"}"#,
                [
                    "error: Conflicting configuration arguments; \"command\": conflicts with url",
                    "error: Conflicting configuration arguments; \"url\": conflicts with command",
                ]
            ),
            (
                "coder_app", #"{"agent_id": "a"}"#,
                ["error: Missing required argument; The argument \"slug\" is required, but no definition was found."]
            ),
            ("coder_app", #"{"agent_id": "a", "slug": "a", "icon": "%zz"}"#, [#"error: parse "%zz": invalid URL escape "%zz""#]),
            (
                "coder_app", #"{"agent_id": "a", "slug": "a", "hidden": true, "order": 3}"#,
                ["warning: `order` set when app is hidden"]
            ),
            (
                "coder_env", #"{"agent_id": "a", "name": "1A"}"#,
                ["error: invalid value for name (must be a valid environment variable name)"]
            ),
            (
                "coder_devcontainer", #"{"agent_id": "a", "workspace_folder": ""}"#,
                [#"error: expected "workspace_folder" to not be an empty string, got "#]
            ),
            ("coder_ai_task", #"{"app_id": "x"}"#, [#"error: expected "app_id" to be a valid UUID, got x"#]),
            (
                "coder_workspace_preset", #"{"name": "a", "prebuilds": [{"instances": 1, "expiration_policy": [{"ttl": 1800}]}]}"#,
                [#"error: "prebuilds.0.expiration_policy.0.ttl" must be 0 or between 3600 and 31536000, got 1800"#]
            ),
            (
                "coder_workspace_preset",
                #"{"name": "a", "prebuilds": [{"instances": 1, "scheduling": [{"timezone": "InvalidLocation", "schedule": [{"cron": "30 8-18 * * 1-5", "instances": 1}, {"cron": "* 25-26 * * 1-5", "instances": 1}]}]}]}"#,
                [
                    #"error: failed to load timezone "InvalidLocation": unknown time zone InvalidLocation"#,
                    "error: cron spec failed validation: minute field should be *",
                    "error: failed to parse cron spec: end of range (26) above maximum (23): 25-26",
                ]
            ),
            (
                "coder_parameter", #"{"name": "a", "validation": [{"min": 1, "regex": "x"}]}"#,
                [#"error: Conflicting configuration arguments; "validation.0.regex": conflicts with validation.0.min"#]
            ),
        ])
    func refusals(_ type: String, _ configuration: String, _ findings: [String]) async throws {
        #expect(try await CoderFixture().findings(type, configuration) == findings)
    }

    @Test(
        "what earlier versions of the provider had is still accepted",
        arguments: [
            ("coder_agent", "{\(agent), \"startup_script_timeout\": 10, \"shutdown_script_timeout\": 10, \"login_before_ready\": false}"),
            ("coder_agent", "{\(agent), \"delay_login_until_ready\": true}"),
            ("coder_app", #"{"agent_id": "a", "name": "Old", "relative_path": true, "url": "http://localhost"}"#),
            ("coder_app", #"{"agent_id": "a", "name": "Older", "target": "http://localhost"}"#),
            ("coder_metadata", #"{"resource_id": "a", "cost": 3}"#),
            ("coder_parameter", #"{"name": "a", "legacy_variable": "x", "legacy_variable_name": "y"}"#),
            ("coder_git_auth", #"{"id": "github"}"#), ("coder_agent_script", #"{"os": "linux", "arch": "amd64"}"#),
            ("coder_secret", #"{"env": "TOKEN", "help_message": "Make one."}"#),
        ])
    func oldTemplates(_ type: String, _ configuration: String) async throws {
        #expect(try await CoderFixture().findings(type, configuration).filter { $0.hasPrefix("error") } == [])
    }

    @Test(
        "schedules are read as the published provider reads them",
        arguments: [
            ("0 0 22 * * *", []), ("30 0 9 * * 1-5", []), ("@daily", []), ("@every 1h30m", []), ("0 0 0 ? jan-mar sun", []),
            ("invalid", ["error: invalid is not a valid cron expression: expected 5 to 6 fields, found 1: [invalid]"]),
            ("0 0 0 32 * *", ["error: 0 0 0 32 * * is not a valid cron expression: end of range (32) above maximum (31): 32"]),
            ("*/0 * * * * *", ["error: */0 * * * * * is not a valid cron expression: step of range should be a positive number: */0"]),
            ("@never", ["error: @never is not a valid cron expression: unrecognized descriptor: @never"]),
        ] as [(String, [String])])
    func schedules(_ cron: String, _ findings: [String]) {
        #expect(CoderScript.findings(cron: cron).map(CoderFixture.text) == findings)
    }

    @Test("a schedule without seconds is allowed and warned of")
    func unixSchedule() {
        let findings = CoderScript.findings(cron: "0 22 * * *")
        #expect(findings.map(\.severity) == [.warning])
        #expect(findings.first?.summary.hasSuffix("at the start of each minute: '0 0 22 * * *'") == true)
    }

    @Test(
        "schedules of workspaces that are built ahead must not meet",
        arguments: [
            (["* 8-18 * * 1-5", "* 8-14 * * 6"], nil),
            (
                ["* 8-18 * * 1-5", "* 18-19 * * 5-6"], "schedules overlap: * 8-18 * * 1-5 and * 18-19 * * 5-6"
            ),
            (["* 8 1-5 * 1", "* 8 6-9 * 1"], "schedules overlap: * 8 1-5 * 1 and * 8 6-9 * 1"),
            (["* 8 * 1-3 *", "* 8 * 4-12 *"], nil),
            (
                ["* */2 * * *", "* 8 * * *"],
                "invalid schedule: invalid hour range: invalid value: strconv.Atoi: parsing \"*/2\": invalid syntax"
            ),
        ] as [([String], String?)])
    func overlaps(_ schedules: [String], _ fault: String?) {
        #expect(ScheduleOverlap.fault(in: schedules) == fault)
    }

    @Test(
        "numbers are what the published provider takes for numbers",
        arguments: [
            ("1", true), ("-1.5e3", true), (".5", true), ("1.", true), ("0x1p-2", true), ("1_000", true), ("inf", true),
            ("+Infinity", true),
            ("NaN", true), ("-nan", false), ("1e400", false), ("", false), ("1 ", false), ("_1", false), ("0x10", false), ("1e", false),
        ])
    func numbers(_ text: String, _ isNumber: Bool) {
        #expect(GoNumber.isFloat(text) == isNumber)
    }

    @Test("each type has its forms, with options and without, and no others")
    func forms() {
        let allowed: [String: [[String]]] = [
            "string": [["input", "textarea"], ["radio", "dropdown"]], "number": [["input", "slider"], ["radio", "dropdown"]],
            "bool": [["checkbox", "switch"], ["radio", "dropdown"]], "list(string)": [["tag-select"], ["radio", "multi-select"]],
        ]
        for (type, forms) in allowed {
            for (hasOptions, forms) in zip([false, true], forms) {
                let options = hasOptions ? [CoderParameter.Option(name: "a", value: type == "list(string)" ? "[]" : "1")] : []
                let usual = CoderParameter(name: "a", type: type, options: options).evaluate(input: nil)
                #expect(usual.form?.rawValue == forms[0])
                for form in CoderParameterForm.allCases.map(\.rawValue) {
                    let outcome = CoderParameter(name: "a", type: type, formType: form, options: options).evaluate(input: nil)
                    #expect((outcome.form?.rawValue == form) == forms.contains(form), "\(type) \(form) \(hasOptions)")
                }
            }
        }
        let slider = CoderParameter(name: "a", type: "number", formType: "slider", options: [.init(name: "a", value: "1")])
        #expect(
            slider.evaluate(input: "1").findings.map(\.detail) == [
                "\"form_type\" attribute=\"slider\" is not supported for \"type\"=\"number\" when options exist, choose one of [radio dropdown]"
            ])
    }
}
