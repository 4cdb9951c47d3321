import DockerEngine
import Foundation
import HCL
import ProviderKit
import Testing

@testable import DockerProvider

@Suite("provider \"docker\"") struct DockerConfigurationTests {
    private func settings(_ attributes: [String: Value], _ variables: [String: String] = [:]) -> DockerConfiguration {
        DockerConfiguration(
            configuration: DockerConfiguration.block.resolved(.object([:]), [:]).setting(attributes),
            environment: ProviderEnvironment(variables: variables, directory: "/"))
    }

    @Test("the engine is the one of the block, of DOCKER_HOST, or of this machine")
    func host() async throws {
        #expect(try await settings([:]).client().endpoint.text == "unix:///var/run/docker.sock")
        #expect(try await settings([:], ["DOCKER_HOST": "tcp://h:1"]).client().endpoint.text == "tcp://h:1")
        #expect(try await settings(["host": .string("tcp://b:1")], ["DOCKER_HOST": "tcp://h:1"]).client().endpoint.text == "tcp://b:1")
    }

    @Test(
        "what cannot be is refused at its attribute",
        arguments: [
            ("host", "nonsense", "has no scheme"), ("host", "ssh://me@h/a;b", "ssh://user@host"), ("context", "other", "not supported"),
            ("cert_path", "/nonexistent", "no cert.pem"),
        ])
    func refusals(_ name: String, _ value: String, _ words: String) async throws {
        var attributes = [name: Value.string(value)]
        if name == "cert_path" { attributes["host"] = .string("tcp://h:1") }
        let error = await #expect(throws: ProviderError.self) { _ = try await settings(attributes).client() }
        #expect(
            error?.description.contains(words) == true && error?.findings.first?.path == .attribute(name), "\(error.map { "\($0)" } ?? "")")
    }

    @Test("credentials come from the block, or from a configuration of the Docker command")
    func credentials() async throws {
        func block(_ attributes: [String: Value]) throws -> Value {
            let schema = try #require(DockerConfiguration.block.blocks["registry_auth"])
            return schema.value([schema.block.resolved(.object([:]), [:]).setting(attributes)])
        }
        let plain = try block(["address": .string("https://r.example"), "username": .string("u"), "password": .string("p")])
        #expect(try await settings(["registry_auth": plain]).credentials()["r.example"]?.password == "p")
        let content = #"{"auths":{"https://index.docker.io/v1/":{"auth":"dTpwOnE="}}}"#
        let file = try block(["address": .string("docker.io"), "config_file_content": .string(content)])
        let found = try await settings(["registry_auth": file]).credentials()["docker.io"]
        #expect(found?.userName == "u" && found?.password == "p:q")
        let missing = try block(["address": .string("other.example"), "config_file_content": .string(content)])
        await #expect(throws: ProviderError.self) { _ = try await settings(["registry_auth": missing]).credentials() }
    }

    /// A directory with a helper that knows one registry, and some that are wrong.
    private static func helpers() throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "docker-helpers-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, script) in [
            (
                "good",
                """
                read -r address || :
                case $1:$address in
                get:r.example) echo '{"ServerURL":"r.example","Username":"u","Secret":"from-helper"}' ;;
                get:token.example) echo '{"ServerURL":"x","Username":"<token>","Secret":"the-token"}' ;;
                *) echo credentials not found in native keychain; exit 1 ;;
                esac
                """
            ), ("broken", "echo the keychain is locked; exit 1"), ("silent", "exit 3"), ("chatty", "echo hidden-secret"),
            ("flood", "exec yes hidden-secret | head -c 300000"),
        ] {
            let path = "\(directory)/docker-credential-\(name)"
            try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        return directory
    }

    private func credentials(_ address: String, _ content: String, _ directory: String) async throws -> RegistryCredentials? {
        let schema = try #require(DockerConfiguration.block.blocks["registry_auth"])
        let block = schema.value([
            schema.block.resolved(.object([:]), [:]).setting(["address": .string(address), "config_file_content": .string(content)])
        ])
        return try await settings(["registry_auth": block], ["PATH": "\(directory):/usr/bin:/bin"]).credentials()[
            RegistryCredentials.key(address)]
    }

    @Test(
        "credential helpers are asked first; what they do not know is looked for in the file",
        arguments: [
            (#"{"credHelpers":{"r.example":"good"},"auths":{"r.example":{"auth":"YTpi"}}}"#, "r.example", "u", "from-helper", ""),
            (#"{"credsStore":"good"}"#, "https://r.example/v2/", "u", "from-helper", ""),
            (#"{"credsStore":"good"}"#, "token.example", "", "", "the-token"),
            (#"{"credsStore":"good","auths":{"other.example":{"auth":"YTpi"}}}"#, "other.example", "a", "b", ""),
            (#"{"credsStore":"broken","credHelpers":{"r.example":"good"}}"#, "r.example", "u", "from-helper", ""),
        ])
    func helper(_ content: String, _ address: String, _ user: String, _ password: String, _ token: String) async throws {
        let directory = try Self.helpers()
        let found = try #require(try await credentials(address, content, directory))
        #expect(found.userName == user && found.password == password && found.identityToken == token)
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test(
        "a credential helper that fails is an error that says which, and gives away no secret",
        arguments: [
            ("broken", "the keychain is locked"), ("silent", "without a word"), ("chatty", "no JSON"), ("flood", "no JSON"),
            ("missing", "cannot find"), ("../good", "no name of a program"), ("good", "no credentials for"),
        ])
    func failingHelper(_ name: String, _ words: String) async throws {
        let directory = try Self.helpers()
        let error = await #expect(throws: ProviderError.self) {
            _ = try await credentials("unknown.example", #"{"credsStore":"\#(name)"}"#, directory)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(words) && text.contains("unknown.example") && !text.contains("hidden-secret"), "\(text)")
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test(
        ".dockerignore",
        arguments: [
            ("*.log\n!keep.log", "a.log", true), ("*.log\n!keep.log", "keep.log", false), ("*.log", "d/a.log", false),
            ("**/*.log", "d/e/a.log", true),
            ("**/*.log", "a.log", true), ("d", "d/e/f", true), ("/d/", "d/e", true), ("d/*\n!d/e", "d/e/f", false),
            ("# x\n  a?[0-9] ", "ab7", true),
            ("a[^0-9]", "a5", false), ("\\*", "*", true), ("\\*", "a", false), ("", "a", false), ("d/**", "d/e/f", true),
        ])
    func ignore(_ rules: String, _ path: String, _ isIgnored: Bool) { #expect(IgnoreRules(rules).ignores(path) == isIgnored) }

    @Test(
        "processors in billionths",
        arguments: [("1.5", 1_500_000_000), ("2", 2_000_000_000), (".25", 250_000_000), ("x", nil), ("", nil), (".", nil)]
            as [(String, Int64?)])
    func cpus(_ text: String, _ expected: Int64?) { #expect(ContainerRequest.nanoCPUs(text) == expected) }
}
