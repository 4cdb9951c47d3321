import HostConfiguration
import TestSupport
import Testing

@Suite("settings of the server") struct ServerSettingsTests {
    @Test("a flag counts before the variable, that before Coder's, that before the file, and that before the default")
    func precedence() throws {
        let file = (path: "berth.yaml", values: ["networking.http.httpAddress": "file:1"])
        func address(_ arguments: [String], _ environment: [String: String], _ hasFile: Bool) throws -> String {
            try ServerSettings(arguments: arguments, environment: environment, file: hasFile ? file : nil).text("http-address")
        }
        let both = ["BERTH_HTTP_ADDRESS": "berth:1", "CODER_HTTP_ADDRESS": "coder:1"]
        #expect(try address(["--http-address", "flag:1"], both, true) == "flag:1")
        #expect(try address(["--http-address=flag:2"], both, true) == "flag:2")
        #expect(try address([], both, true) == "berth:1")
        #expect(try address([], ["CODER_HTTP_ADDRESS": "coder:1"], true) == "coder:1")
        #expect(try address([], [:], true) == "file:1")
        #expect(try address([], [:], false) == "127.0.0.1:3000")
    }

    @Test("everything that is wrong is told at once, with where it was said")
    func problems() {
        let error = #expect(throws: ServerSettingsError.self) {
            try ServerSettings(
                arguments: ["--htp-address", "x", "word", "--provisioner-daemons", "many", "--tls-enable=maybe", "--job-time-limit"],
                environment: ["CODER_ACCESS_URL": "ftp://x", "BERTH_PG_CONNECTION_URL": "secret\0"],
                file: (path: "berth.yaml", values: ["networking.htp": "1", "provisioning.daemons": "2"]))
        }
        #expect(
            error?.problems == [
                "there is no option --htp-address; did you mean --http-address?",
                "\"word\" is not expected here; settings are written --name value",
                "--job-time-limit needs a value",
                "--access-url: \"ftp://x\" from the variable CODER_ACCESS_URL is not a URL with http:// or https://",
                "--tls-enable: \"maybe\" from the command line is neither true nor false",
                "--postgres-url: from the variable BERTH_PG_CONNECTION_URL has a zero byte in it",
                "--provisioner-daemons: \"many\" from the command line is not a whole number",
                "berth.yaml: there is no setting \"networking.htp\"",
            ])
    }

    @Test("a file has maps within maps, and lists")
    func file() async throws {
        try await Fixture.with { fixture in
            let path = try fixture.write(
                "berth.yaml", "networking:\n  http:\n    httpAddress: '[::]:80'\nprovisioning:\n  daemons: 7\n  pluginPath: [/a, /b]\n")
            let settings = try ServerSettings(arguments: [], environment: [:], file: (path, try ConfigurationFile.values(at: path)))
            #expect(settings.text("http-address") == "[::]:80" && settings.integer("provisioner-daemons") == 7)
            #expect(settings.list("plugin-path") == ["/a", "/b"])
            for (text, problem) in [
                ("- a", "is not a map of settings"), ("a: [b", "did not find expected"),
                ("networking: {x: [{}]}", "\"networking.x\" is neither"),
            ] {
                let path = try fixture.write("wrong.yaml", text)
                let error = #expect(throws: ServerSettingsError.self) { try ConfigurationFile.values(at: path) }
                #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
            }
            #expect(throws: ServerSettingsError.self) { try ConfigurationFile.values(at: fixture.directory) }
        }
    }

    @Test("a boolean may stand alone", arguments: [(["--tls-enable", "--log-level", "debug"], true), (["--tls-enable", "false"], false)])
    func boolean(_ arguments: [String], _ expected: Bool) throws {
        #expect(try ServerSettings(arguments: arguments, environment: [:]).boolean("tls-enable") == expected)
    }

    @Test(
        "durations are those of Go, in whole seconds",
        arguments: [
            ("90s", 90), ("1h30m", 5400), ("2d", 172_800), ("0", 0), ("", nil), ("5", nil), ("h", nil), ("99999999999h", nil), ("-1s", nil),
        ])
    func duration(_ text: String, _ expected: Int?) {
        // The setting's own check is the function's.
        let settings = try? ServerSettings(arguments: ["--job-time-limit", text], environment: [:])  // refused is what is tested
        #expect(settings?.seconds("job-time-limit") == expected)
    }

    @Test("addresses and URLs that cannot be are refused", arguments: ["127.0.0.1", "host:99999", "::1:80", "host:"])
    func addresses(_ text: String) {
        #expect(throws: ServerSettingsError.self) { try ServerSettings(arguments: ["--http-address", text], environment: [:]) }
    }

    @Test("the help text has every option with its variable, and fits")
    func help() {
        let text = ServerHelp.text(columns: 80)
        for option in ServerOptions.all { #expect(text.contains("--\(option.name) <") && text.contains("$BERTH_\(option.variable)")) }
        #expect(text.split(separator: "\n").filter { !$0.hasPrefix("Every") && !$0.hasPrefix("--config") }.allSatisfy { $0.count <= 80 })
    }
}
