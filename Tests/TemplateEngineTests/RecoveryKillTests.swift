import HCL
import TemplateEngine
import TemplateState
import TemplateTestHost
import TestSupport
import Testing

/// The engine's own process is killed at everything it does; its successor finds all there is.
@Suite struct RecoveryKillTests {
    enum Scenario: String, CaseIterable {
        case create, update, replace, createBeforeDestroy, destroy
    }

    @Test("an engine killed at any point is succeeded by one that loses nothing and makes nothing twice", arguments: Scenario.allCases)
    func killed(_ scenario: Scenario) async throws {
        var point = 1
        while try await isKilled(at: [point], of: scenario) { point += 1 }
        #expect(point > 20, "so few things happen in \(scenario) that something must be missing")
    }

    @Test("the same holds where the journal is one blob that is replaced", arguments: [Scenario.create, .createBeforeDestroy])
    func killedWithCheckpoint(_ scenario: Scenario) async throws {
        var point = 1
        while try await isKilled(at: [point], of: scenario, keeper: .checkpoint) { point += 3 }
        #expect(point > 20)
    }

    @Test("the same holds when the successor is killed, too", arguments: [Scenario.create, .createBeforeDestroy])
    func killedTwice(_ scenario: Scenario) async throws {
        var point = 8
        while try await isKilled(at: [point], of: scenario) {
            for second in 1...6 { _ = try await isKilled(at: [point, second], of: scenario) }
            point += 11
        }
        #expect(point > 20)
    }

    /// - Parameter points: at which one after another is killed, before one goes on to the end.
    /// - Returns: whether the last of them came so far.
    private func isKilled(at points: [Int], of scenario: Scenario, keeper: TemplateHost.Keeper = .file) async throws -> Bool {
        try await Fixture.with { fixture in
            let host = TemplateHost(fixture.directory, keeper: keeper)
            var template = CloudTemplate(endpoint: host.cloud.directory)
            if scenario == .createBeforeDestroy { template.lifecycle = "lifecycle { create_before_destroy = true }" }
            _ = try fixture.write("template/main.tf", template.text)
            if scenario != .create { try await host.apply() }
            if scenario == .update { template.size = "large" }
            if scenario == .replace || scenario == .createBeforeDestroy { template.zone = "z2" }
            _ = try fixture.write("template/main.tf", template.text)

            let place = "after points \(points) of \(scenario)"
            for point in points {
                let result = try await run(
                    Package.products + "/TemplateTestHost",
                    [fixture.directory, scenario == .destroy ? "destroy" : "apply", keeper.rawValue, String(point)])
                if result.status == 0 { return false }
                #expect(result.status == 128 + 9, "\(place): \(result.output)")
            }
            try await host.recover()
            try expectAgreement(host, place)
            if scenario == .destroy {
                try await host.destroy()
            } else {
                try await host.apply()
                try expectAgreement(host, place)
                let servers = try host.cloud.servers
                #expect(servers.map(\.name).sorted() == ["a", "b", "c"], "\(place)")
                #expect(servers.filter(\.isStarted).count == servers.count, "\(place)")
                #expect(try await !host.plan().hasChanges, "\(place)")
                try await host.destroy()
            }
            #expect(try host.cloud.servers.isEmpty, "\(place)")
            #expect(try host.stored()?.state.resources.isEmpty ?? true, "\(place)")
            return true
        }
    }

    /// The state has exactly what the cloud has.
    private func expectAgreement(_ host: TemplateHost, _ place: String) throws {
        let known = try host.stored().map { try identifiers($0.state) } ?? []
        #expect(try host.cloud.servers.map(\.id).sorted() == known, "\(place)")
    }

    private func identifiers(_ state: State) throws -> [String] {
        let objects = state.resources.values.flatMap(\.instances.values).flatMap { [$0.current].compactMap(\.self) + $0.deposed.values }
        return try objects.compactMap { try Value.jsonDecoded($0.attributes)["id"] }.sorted()
    }
}

extension Value {
    fileprivate subscript(name: String) -> String? { members?[name]?.stringValue }
}
