import DockerEngine
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
            ("host", "nonsense", "has no scheme"), ("host", "ssh://me@h", "not supported"), ("context", "other", "not supported"),
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
