import JSON
import ResourceGraph
import Testing

struct TemplateParametersTests {
    private static let sample = TemplateParameters(
        variables: [
            TemplateVariable(name: "socket", description: "Docker's socket", defaultValue: "unix:///var/run/docker.sock"),
            TemplateVariable(name: "password", isRequired: true, isSensitive: true),
            TemplateVariable(name: "sizes", type: "list(number)", defaultValue: [1, 2]),
        ],
        parameters: [
            TemplateParameter(
                name: "region", displayName: "Region", description: "Where", formType: .radio, defaultValue: "eu", isMutable: true,
                order: 1, icon: "/icon.svg",
                options: [
                    .init(name: "Europe", value: "eu", icon: "/eu.svg"), .init(name: "America", value: "us", description: "far away"),
                ]),
            TemplateParameter(
                name: "disk", type: .number, formType: .slider,
                validation: .init(min: 10, max: 100, error: "{min} to {max}", monotonic: .increasing), isRequired: true),
            TemplateParameter(name: "name", validation: .init(regex: "^[a-z]+$", error: "letters")),
            TemplateParameter(name: "tools", type: .listOfStrings, defaultValue: "[]", isEphemeral: true),
        ],
        presets: [
            TemplatePreset(
                name: "small", parameters: ["region": "eu"], isDefault: true,
                prebuilds: .init(
                    instances: 2, ttlSeconds: 3600, timezone: "Europe/Berlin", schedule: [.init(cron: "* 8-18 * * 1-5", instances: 5)])),
            TemplatePreset(name: "large", description: "much"),
        ],
        externalAuth: [.init(id: "github"), .init(id: "gitlab", isOptional: true)], tags: ["zone": "a"])

    @Test("a document is written in one way and reads back equal")
    func roundTrip() throws {
        let text = Self.sample.json.serialized(pretty: true) + "\n"
        try expectSnapshot("parameters.json", text)
        #expect(try TemplateParameters(json: JSONValue(parsing: text)) == Self.sample)
        #expect(try TemplateParameters(json: [:]) == TemplateParameters())
    }

    @Test("the least that a parameter needs is a name")
    func defaults() throws {
        let parameters = try TemplateParameters(json: ["parameters": [["name": "x", "icon": nil]], "variables": [["name": "v"]]])
        #expect(parameters.parameters == [TemplateParameter(name: "x")])
        #expect(parameters.variables == [TemplateVariable(name: "v")])
    }

    @Test(
        "documents that are not as they should be are refused with the place",
        arguments: [
            ("[]", " must be an object, is array"), (#"{"x":1}"#, "/x is not a known member"),
            (#"{"parameters":[{}]}"#, "/parameters/0/name is missing"),
            (
                #"{"parameters":[{"name":"a","type":"text"}]}"#,
                "/parameters/0/type must be one of string, number, bool, list(string), is \"text\""
            ),
            (#"{"parameters":[{"name":"a","form_type":"x"}]}"#, "/parameters/0/form_type must be one of"),
            (#"{"parameters":[{"name":"a","default":1}]}"#, "/parameters/0/default must be a string, is integer"),
            (#"{"parameters":[{"name":"a"},{"name":"a"}]}"#, "/parameters \"a\" occurs twice"),
            (#"{"parameters":[{"name":"a","mutabel":true}]}"#, "/parameters/0/mutabel is not a known member"),
            (
                #"{"parameters":[{"name":"a","options":[{"name":"o","value":"1"},{"name":"o","value":"2"}]}]}"#,
                "/parameters/0/options \"o\" occurs twice"
            ),
            (#"{"parameters":[{"name":"a","options":[{"name":"o"}]}]}"#, "/parameters/0/options/0/value is missing"),
            (#"{"parameters":[{"name":"a","validation":{"min":2,"max":1}}]}"#, "/parameters/0/validation/min must be at most 1, is 2"),
            (
                #"{"parameters":[{"name":"a","validation":[{"monotonic":"up"}]}]}"#,
                "/parameters/0/validation/0/monotonic must be one of increasing, decreasing"
            ),
            (#"{"presets":[{"name":"a","default":true},{"name":"b","default":true}]}"#, "/presets at most one can be the default, 2 are"),
            (#"{"presets":[{"name":"a","parameters":{"x":1}}]}"#, "/presets/0/parameters/x must be a string, is integer"),
            (#"{"presets":[{"name":"a","prebuilds":{"instances":-1}}]}"#, "/presets/0/prebuilds/instances must be at least 0, is -1"),
            (#"{"external_auth":[{}]}"#, "/external_auth/0/id is missing"),
            (#"{"tags":{"a":true}}"#, "/tags/a must be a string, is boolean"),
            (#"{"variables":{}}"#, "/variables must be a list, is object"),
        ])
    func refuses(text: String, fault: String) throws {
        let json = try JSONValue(parsing: text)
        do throws(TemplateParametersError) {
            _ = try TemplateParameters(json: json)
            Issue.record("accepted")
        } catch {
            #expect(error.faults.count == 1 && error.description.hasPrefix(fault), "\(error)")
        }
    }
}
