import DockerEngine
import DockerTestSupport
import HCL
import JSON
import ProviderKit
import TestSupport
import Testing

@testable import DockerProvider

/// Something to make: a resource type with attributes.
struct Making: Sendable, CustomTestStringConvertible {
    var type: String
    var name: String
    var attributes: [String: Value]
    var testDescription: String { type }

    static let all = [
        Making(type: "docker_volume", name: "broken-v", attributes: ["name": .string("broken-v")]),
        Making(type: "docker_network", name: "broken-n", attributes: ["name": .string("broken-n")]),
        Making(
            type: "docker_container", name: "broken-c",
            attributes: [
                "name": .string("broken-c"), "image": .string(TestEngine.image), "command": .strings(["sleep", "1000"]),
                "env": .set([.string("CODER_AGENT_TOKEN=t")], of: .string),
            ]),
    ]
}

@Suite("an engine that is gone in the middle", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)), .serialized)
struct BrokenEngineTests {
    /// More requests than any of them makes.
    static let requestsMax = 40

    let client: DockerClient
    let socket: String
    private let directory: String

    init() async throws {
        client = try await TestEngine.shared.client()
        socket = try await String(TestEngine.shared.endpoint().text.dropFirst("unix://".count))
        directory = String(socket.dropLast("/docker.sock".count))
    }

    func provider(_ host: String) async throws -> any Provider {
        let block = DockerConfiguration.block.impliedType.nullAttributes.setting(["host": .string(host)])
        return try await DockerProvider().configured(with: block, in: ProviderEnvironment(directory: "/"))
    }

    func operation(_ key: String) -> ProviderOperation {
        let agents = AgentDelivery(
            accessURL: "http://localhost:1",
            executables: ["amd64", "arm64"].map { .init(os: "linux", arch: $0, path: program, sha256: hash) })
        let labels = ["berth.deployment": "broken", "berth.workspace": "w1"]
        return ProviderOperation(
            address: "x.a", key: key, environment: ProviderEnvironment(directory: context, labels: labels, agents: agents))
    }

    private let program = "/sbin/ldconfig"
    private var hash: String { BytesText.hexadecimal.text(Digest.sha256.hash(TestEngine.contents(program) ?? [])) }
    private var context: String { directory }

    func planned(_ making: Making, _ type: any ResourceType) -> Value {
        let block = type.schema.block
        let computed = block.attributes.filter { $0.value.presence.isComputed }.mapValues { Value.unknown($0.type) }
        let defaults = block.attributes.compactMapValues(\.fallback)
        return block.resolved(.object([:]), [:]).setting(computed).setting(defaults).setting(making.attributes)
    }

    /// What the engine has of an operation, of whatever kind.
    func left(_ key: String) async throws -> [DockerObject] {
        try await DockerOperations(client: client, labels: [:]).inventory(labels: ["berth.change": key])
    }

    @Test(
        "whichever call is cut, the error says what was being done, and what was made is found by its key, or gone",
        arguments: Making.all,
        [(BreakingProxy.Fault.unheard, false), (.unheard, true), (.unanswered, false), (.unanswered, true)])
    func cut(_ making: Making, _ how: (fault: BreakingProxy.Fault, isForGood: Bool)) async throws {
        let direct = try #require(try await provider("unix://\(socket)").resourceType(making.type))
        for place in 0..<Self.requestsMax {
            let proxy = try BreakingProxy(socket, breaking: place, how.fault, isForGood: how.isForGood)
            try proxy.start()
            defer { proxy.stop() }
            let type = try #require(try await provider("unix://\(proxy.path)").resourceType(making.type))
            let operation = operation("cut \(making.name) \(place) \(how)")
            let planned = planned(making, type)
            var made: Value?
            do {
                made = try await type.create(planned, operation)
            } catch let error as ProviderError {
                let isTold = error.description.contains("Docker Engine") && error.description.contains("Unable to ")
                #expect(isTold, "\(proxy.requests): \(error)")
            }
            let remains = try await left(operation.key)
            let found = try await direct.find(planned, operation)
            #expect((found != nil) == !remains.isEmpty, "\(proxy.requests): \(remains)")
            if let found {
                #expect(found.isWhollyKnown && remains.allSatisfy { !$0.isRunning || made != nil || how.isForGood }, "\(proxy.requests)")
                try await direct.delete(found, operation)
            }
            #expect(try await left(operation.key).isEmpty)
            if !proxy.isBroken {
                #expect(made != nil && place > 1)
                return
            }
        }
        Issue.record("more requests than expected")
    }

    @Test("a full disk is told with the engine's words and what to do, and leaves nothing")
    func diskFull() async throws {
        let client = try await TestEngine.small(sizeMiB: 48)
        let provider = try await provider(client.endpoint.text)
        _ = try await client.createContainer(
            ["Image": .string(TestEngine.image), "Cmd": ["sh", "-c", "cat /dev/zero > /big; sleep 1000"]], name: "filler")
        try await client.startContainer("filler")
        _ = try await client.execute(
            ["sh", "-c", "i=0; while [ $i -lt 300 ] && echo x > /full; do i=$((i+1)); sleep 0.1; done"], in: "filler"
        ) { _ in }
        var making = Making.all[2]
        making.attributes["network_mode"] = .string("none")
        let type = try #require(provider.resourceType(making.type))
        let operation = operation("full")
        let planned = planned(making, type)
        let error = await #expect(throws: ProviderError.self) { _ = try await type.create(planned, operation) }
        let words = error?.description ?? ""
        for part in ["\"\(making.name)\"", "no space left on device", "disk is full: remove images"] {
            #expect(words.contains(part), "\(words)")
        }
        #expect(try await type.find(planned, operation) == nil)
    }

    @Test(
        "whichever call stalls, a cancel ends it at once, and what was made is found by its key, or gone",
        arguments: Making.all, [BreakingProxy.Fault.stalledBefore, .stalledAfter])
    func stalled(_ making: Making, _ fault: BreakingProxy.Fault) async throws {
        let direct = try #require(try await provider("unix://\(socket)").resourceType(making.type))
        for place in 0..<Self.requestsMax {
            let proxy = try BreakingProxy(socket, breaking: place, fault)
            try proxy.start()
            defer { proxy.stop() }
            let type = try #require(try await provider("unix://\(proxy.path)").resourceType(making.type))
            let operation = operation("stall \(making.name) \(place) \(fault)")
            let planned = planned(making, type)
            let making = Task { try await type.create(planned, operation) }
            let watching = Task {
                while !proxy.isBroken { try await Task.sleep(for: .milliseconds(5)) }
                // Long enough for the engine to have done what it was asked for.
                if fault == .stalledAfter { try await Task.sleep(for: .milliseconds(300)) }
                making.cancel()
            }
            let result = await making.result
            watching.cancel()
            if proxy.isBroken {
                #expect(throws: CancellationError.self, "\(proxy.requests)") { _ = try result.get() }
            }
            let remains = try await left(operation.key)
            let found = try await direct.find(planned, operation)
            #expect((found != nil) == !remains.isEmpty, "\(proxy.requests): \(remains)")
            if let found { try await direct.delete(found, operation) }
            #expect(try await left(operation.key).isEmpty)
            if !proxy.isBroken { return }
        }
        Issue.record("more requests than expected")
    }
}
