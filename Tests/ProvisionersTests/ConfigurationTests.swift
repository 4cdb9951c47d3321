import HCL
import ProviderKit
import Provisioners
import Testing

@Suite("what provisioners are told") struct ConfigurationTests {
    @Test("file and remote-exec want one of their sources")
    func sources() {
        let text = Value.string("x")
        func file(_ attributes: [String: Value]) -> [String] {
            FileProvisioner().validate(filled(FileProvisioner().schema, attributes)).map(\.summary)
        }
        #expect(file([:]) == ["Must provide one of 'source' or 'content'"])
        #expect(file(["source": text, "content": text]) == ["Cannot set both 'source' and 'content'"])
        #expect(file(["source": .unknown(.string)]) == [])
        func exec(_ attributes: [String: Value]) -> [String] {
            RemoteExec().validate(filled(RemoteExec().schema, attributes)).map(\.detail)
        }
        #expect(exec([:]) == [#"Only one of "inline", "script", or "scripts" must be set"#])
        #expect(exec(["script": text, "scripts": .list([text], of: .string)]).count == 1)
        #expect(exec(["script": text]) == [])
    }

    @Test(
        "a connection that cannot be made is refused without trying",
        arguments: [
            (["type": "winrm"], "connection type 'winrm' is not supported"), (["type": "x"], "connection type 'x' not supported"),
            (["target_platform": "windows"], "target_platform = \"windows\" is not supported"),
            (["host": ""], "host for provisioner cannot be empty"),
            (["proxy_host": "p", "proxy_scheme": "socks5"], "proxy_scheme = \"socks5\" is not supported"),
            (["agent_identity": "a"], "agent_identity is not supported"),
        ])
    func impossible(_ attributes: [String: String], _ expected: String) async throws {
        let connection = connectionValue(["host": Value.string("h")].merging(attributes.mapValues { .string($0) }) { $1 })
        let error = try await RemoteExec().failure(["inline": .list([.string("true")], of: .string)], connection: connection)
        #expect(error.hasPrefix("remote-exec provisioner error: \(expected)"))
    }

    @Test("a port that is none, a null line and no connection at all are errors")
    func invalid() async throws {
        let inline = ["inline": Value.list([.string("true")], of: .string)]
        let fraction = Value.number(Number(2.5))
        for port in [Value.integer(70000), .integer(-1), fraction] {
            let error = try await RemoteExec().failure(inline, connection: connectionValue(["host": .string("h"), "port": port]))
            #expect(error.hasSuffix("port is no number from 1 to 65535"))
        }
        let null = try await RemoteExec().failure(
            ["inline": .list([.null(.string)], of: .string)], connection: connectionValue(["host": .string("h")]))
        #expect(null.hasSuffix("invalid null string in 'inline'"))
        let none = try await FileProvisioner().failure(["content": .string("x"), "destination": .string("y")])
        #expect(none == "file provisioner error: Missing connection configuration for provisioner.")
    }
}
