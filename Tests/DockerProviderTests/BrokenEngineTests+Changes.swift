import DockerEngine
import DockerTestSupport
import HCL
import JSON
import ProviderKit
import Testing

@testable import DockerProvider

/// A way to break one request, or all from it on.
struct Breakage: Sendable, CustomTestStringConvertible {
    var fault: BreakingProxy.Fault
    var isForGood = false
    var testDescription: String { "\(fault)\(isForGood ? " for good" : "")" }

    static let all =
        BreakingProxy.Fault.allCases.map { Breakage(fault: $0) }
        + [Breakage(fault: .unheard, isForGood: true), Breakage(fault: .unanswered, isForGood: true)]
}

extension BrokenEngineTests {
    /// Does something again and again, with one request more that works each time, until none is broken.
    ///
    /// What fails must say that the connection broke; what stalls is cancelled, and ends with that.
    ///
    /// - Parameters:
    ///   - act: what is done through the broken connection.
    ///   - judge: what must hold afterwards, told whether it failed.
    private func breaking(
        _ how: Breakage, _ configure: (String) async throws -> any Provider,
        prepare: () async throws -> Void = {}, act: @escaping @Sendable (any Provider, Int) async throws -> Void,
        judge: (_ hasFailed: Bool, Int) async throws -> Void
    ) async throws {
        for place in 0..<Self.requestsMax {
            let proxy = try BreakingProxy(socket, breaking: place, how.fault, isForGood: how.isForGood)
            try proxy.start()
            defer { proxy.stop() }
            try await prepare()
            let provider = try await configure("unix://\(proxy.path)")
            let acting = Task { try await act(provider, place) }
            let watching = Task {
                guard how.fault.isStall else { return }
                while !proxy.isBroken { try await Task.sleep(for: .milliseconds(5)) }
                // Long enough for the engine to have done what it was asked for.
                if how.fault == .stalledAfter { try await Task.sleep(for: .milliseconds(300)) }
                acting.cancel()
            }
            let result = await acting.result
            watching.cancel()
            switch result {
            case .success: #expect(!how.fault.isStall || !proxy.isBroken, "\(proxy.requests)")
            case .failure(is CancellationError): #expect(how.fault.isStall && proxy.isBroken, "\(proxy.requests)")
            case .failure(let error):
                let isTold = ["Unable to ", "Docker Engine", "broke"].allSatisfy("\(error)".contains)
                #expect(isTold && !how.fault.isStall, "\(proxy.requests): \(error)")
            }
            let hasFailed = if case .failure = result { true } else { false }
            try await judge(hasFailed, place)
            if !proxy.isBroken {
                #expect(!hasFailed && place > 1)
                return
            }
        }
        Issue.record("more requests than expected")
    }

    @Test("whichever call of a removal breaks, a second attempt finishes it", arguments: Making.all, Breakage.all)
    func removal(_ making: Making, _ how: Breakage) async throws {
        let direct = try #require(try await provider("unix://\(socket)").resourceType(making.type))
        let operation = operation("remove \(making.name) \(how)")
        var making = making
        if making.type == "docker_container" {
            // With a grace it is stopped before it is removed; this one ends when it is told to.
            making.attributes["destroy_grace_seconds"] = .integer(5)
            making.attributes["network_mode"] = .string("none")
            making.attributes["command"] = .strings(["sh", "-c", "trap exit TERM; sleep 1000 & wait"])
        }
        let planned = planned(making, direct)
        var made = try await direct.create(planned, operation)
        try await breaking(how, provider) {
            if try await direct.read(made, operation) == nil { made = try await direct.create(planned, operation) }
        } act: { [made, making] provider, _ in
            // The object may be another by now, but then its name is the same.
            let found = try await direct.find(planned, operation) ?? made
            try await provider.resourceType(making.type)?.delete(found, operation)
        } judge: { hasFailed, place in
            let remains = try await left(operation.key)
            #expect(hasFailed || remains.isEmpty, "\(place): \(remains)")
            if let found = try await direct.find(planned, operation) { try await direct.delete(found, operation) }
            #expect(try await left(operation.key).isEmpty)
        }
    }

    @Test("whichever call of a change breaks, a second attempt finishes it, in the same container", arguments: Breakage.all)
    func change(_ how: Breakage) async throws {
        let direct = try #require(try await provider("unix://\(socket)").resourceType("docker_container"))
        let operation = operation("change \(how)")
        var making = Making.all[2]
        making.attributes["name"] = .string("broken-change")
        making.attributes["memory"] = .integer(64)
        making.attributes["network_mode"] = .string("none")
        let made = try await direct.create(planned(making, direct), operation)
        let id = made.string("id") ?? ""
        let wanted = made.setting(["memory": .integer(128)])
        try await breaking(how, provider) {
            // It has to be changed and started.
            _ = try await direct.update(wanted, to: made, operation)
            try await client.stopContainer(id, graceSeconds: 0)
        } act: { provider, _ in
            _ = try await provider.resourceType("docker_container")?.update(made, to: wanted, operation)
        } judge: { hasFailed, place in
            if hasFailed {
                let updated = try await direct.update(made, to: wanted, operation)
                #expect(updated.string("id") == id)
            }
            let now = try await client.container(id)
            #expect(now.at("State|Running") == true && now.at("HostConfig|Memory") == 134_217_728, "\(place)")
            #expect(try await left(operation.key).count == 1)
        }
        try await direct.delete(made, operation)
        #expect(try await left(operation.key).isEmpty)
    }

    @Test("whichever call of a build breaks, no step goes on, and a second attempt builds", arguments: Breakage.all)
    func build(_ how: Breakage) async throws {
        let direct = try #require(try await provider("unix://\(socket)").resourceType("docker_image"))
        let mark = "mark-\(how.testDescription.filter { $0 != " " })"
        let name = "berth.test/\(mark.lowercased()):1"
        let template = try await DockerTemplate("")
        func planned(_ place: Int) throws -> Value {
            try template.write("FROM \(TestEngine.image)\nRUN echo \(mark)-\(place); sleep 0.1\n", to: "Dockerfile-\(place)")
            var making = Making(type: "docker_image", name: name, attributes: ["name": .string(name)])
            making.attributes["build"] = ImageBuild.schema.value([
                .object([
                    "context": .string(template.directory), "dockerfile": .string("Dockerfile-\(place)"), "network_mode": .string("none"),
                ])
            ])
            return self.planned(making, direct)
        }
        let plans = try (0..<8).map(planned)
        try await breaking(how, provider) { [operation = operation(mark)] provider, place in
            _ = try await provider.resourceType("docker_image")?.create(plans[place], operation)
        } judge: { _, place in
            var steps = ["?"]
            for _ in 0..<100 where !steps.isEmpty {
                steps = try await client.containers().compactMap { $0["Command"]?.stringValue }.filter { $0.contains("\(mark)-") }
                if !steps.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            }
            #expect(steps.isEmpty)
            let made = try await direct.create(plans[place], operation(mark))
            #expect(try await left(mark).count == 1)
            try await direct.delete(made, operation(mark))
            #expect(try await left(mark).isEmpty)
        }
    }

    @Test(
        "whichever call of a pull breaks, a second attempt pulls",
        .enabled(if: TestRegistry.isAvailable, Comment(rawValue: TestRegistry.reason)), arguments: Breakage.all)
    func pull(_ how: Breakage) async throws {
        let address = try await TestRegistry.shared.address()
        let name = "\(address)/broken/\(how.testDescription.filter { $0 != " " }.lowercased()):1"
        let reference = try #require(ImageReference(name))
        try await client.tag(TestEngine.image, as: reference)
        try await client.push(reference, credentials: TestRegistry.credentials) { _ in }
        func provider(_ host: String) throws -> any Provider {
            DockerProvider(
                DockerBackend(
                    client: try DockerClient(try DockerEndpoint(host)),
                    credentials: [RegistryCredentials.key(address): TestRegistry.credentials]))
        }
        let direct = try #require(try provider("unix://\(socket)").resourceType("docker_image"))
        let planned = planned(Making(type: "docker_image", name: name, attributes: ["name": .string(name)]), direct)
        let operation = operation("pull \(how)")
        try await breaking(how, provider) {
            try await client.removeImage(name)
        } act: { provider, _ in
            _ = try await provider.resourceType("docker_image")?.create(planned, operation)
        } judge: { _, _ in
            let made = try await direct.create(planned, operation)
            #expect(made.isWhollyKnown)
        }
        try await client.removeImage(name)
    }
}
