import HCL
import ProviderKit
import Synchronization
import TemplateConfiguration
import TemplateEngine
import TemplateState
import TemplateTestHost
import TestSupport
import Testing

/// What is in the state when something goes wrong: everything that exists.
@Suite struct ApplyFailureTests {
    /// Makes a call fail, with an error that says nothing of what remains.
    private func failing(_ wanted: Cloud.Call) -> @Sendable (Cloud.Call) async throws -> Void {
        { if $0 == wanted { throw TestFailure("the line is dead") } }
    }

    @Test("a create that fails after something was made keeps it as tainted, and the next apply replaces it")
    func failedCreate() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            world.onCall = failing(Cloud.Call(.start, "b"))
            let result = try await world.apply(world.template.text)
            #expect(result.diagnostics.map(\.summary) == ["Failed to create cloud_server.b"])
            #expect(result.open.isEmpty)
            #expect(try result.state.object("cloud_server.a")?.isTainted == false)
            #expect(try result.state.object("cloud_server.b")?.isTainted == true)
            #expect(try result.state.object("cloud_server.c") == nil)
            world.onCall = { _ in }
            _ = try await world.applied(world.template.text, result.state)
            #expect(world.calls.changes == ["delete b", "create b", "create c"])
            #expect(try world.cloud.servers.count == 3)
        }
    }

    @Test("a create that fails before anything was made leaves nothing; that of a replacement leaves the old object")
    func failedBefore() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            var template = world.template
            template.lifecycle = "lifecycle { create_before_destroy = true }"
            world.onCall = failing(Cloud.Call(.create, "a"))
            let nothing = try await world.apply(template.text)
            #expect(nothing.state.resources.isEmpty && nothing.open.isEmpty)
            world.onCall = { _ in }
            let state = try await world.applied(template.text)
            world.onCall = failing(Cloud.Call(.create, "a"))
            template.zone = "z2"
            let result = try await world.apply(template.text, state)
            #expect(result.diagnostics.hasErrors && result.open.isEmpty)
            #expect(try result.state.object("cloud_server.a")?.attributes == state.object("cloud_server.a")?.attributes)
            #expect(try result.state.object("cloud_server.a")?.isTainted == false)
        }
    }

    @Test("a result that is not known is an error, and the object is kept as the provider finds it")
    func unknownResult() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            world.answer = { $0.members?["name"] == .string("b") ? $0.setting(["id": .unknown(.string)]) : $0 }
            let result = try await world.apply(world.template.text)
            #expect(result.diagnostics.map(\.summary) == ["Provider returned invalid result object after apply"])
            let b = try #require(try result.state.object("cloud_server.b"))
            #expect(b.isTainted)
            let id = try #require(try world.cloud.servers.first { $0.name == "b" }?.id)
            #expect(b.attributes.contains(id))
        }
    }

    @Test("what cannot be looked for after a failed create stays open, until it is recovered")
    func unknownRemains() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            world.onCall = { if $0.name == "b", [.start, .find].contains($0.kind) { throw TestFailure("the line is dead") } }
            let result = try await world.apply(world.template.text)
            #expect(result.open.map(\.intent.address.description) == ["cloud_server.b"])
            let still = await TemplateEngine.recover(result.log, catalog: world.catalog, environment: world.environment)
            #expect(still.diagnostics.hasErrors && still.log.open.count == 1)
            world.onCall = { _ in }
            let recovery = await TemplateEngine.recover(result.log, catalog: world.catalog, environment: world.environment)
            #expect(recovery.log.open.isEmpty)
            #expect(try recovery.state.object("cloud_server.b")?.isTainted == true)
            #expect(try recovery.state.object("cloud_server.b")?.dependencies.map(\.description) == ["cloud_server.a"])
            _ = try await world.applied(world.template.text, recovery.state)
            #expect(try world.cloud.servers.count == 3)
        }
    }

    @Test("a delete that fails keeps the object, and what it needs")
    func failedDelete() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            let state = try await world.applied(world.template.text)
            world.onCall = failing(Cloud.Call(.delete, "b"))
            let result = try await world.apply(world.template.text, state, isDestroy: true)
            #expect(result.diagnostics.map(\.summary) == ["Failed to destroy cloud_server.b"])
            #expect(result.state.resources.keys.map(\.description).sorted() == ["cloud_server.a", "cloud_server.b"])
            #expect(try result.state.object("cloud_server.b")?.isTainted == false)
        }
    }

    @Test("an old object that could not be ended waits for the next apply")
    func deposed() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            var template = world.template
            template.lifecycle = "lifecycle { create_before_destroy = true }"
            let state = try await world.applied(template.text)
            template.zone = "z2"
            world.onCall = failing(Cloud.Call(.delete, "a"))
            let result = try await world.apply(template.text, state)
            let key = try #require(try result.state[ResourceInstanceAddress.parse("cloud_server.a")]?.deposed.keys.first)
            world.onCall = { _ in }
            let plan = try #require(try await world.plan(template.text, result.state).plan)
            #expect(plan.changes.filter { $0.action != .noOp }.map(\.deposedKey) == [key])
            let end = try await world.applied(template.text, result.state)
            #expect(world.calls.changes == ["delete a"])
            #expect(try end[ResourceInstanceAddress.parse("cloud_server.a")]?.deposed.isEmpty == true)
        }
    }

    @Test("when the journal cannot be written nothing more is started, and what exists is known", arguments: 1...10)
    func journalFailure(_ number: Int) async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            let journal = FailingJournal(at: number)
            let result = try await world.apply(world.template.text, journal: journal)
            #expect(result.diagnostics.contains { $0.summary == "Failed to write the journal" })
            let recovery = await TemplateEngine.recover(result.log, catalog: world.catalog, environment: world.environment)
            let known = recovery.state.resources.keys.map(\.resource.name).sorted()
            #expect(try world.cloud.servers.map(\.name).sorted() == known)
            #expect(known.count <= (number + 1) / 3)
        }
    }

    @Test("an engine that is cancelled ends what runs, starts nothing more, and leaves open what it was making")
    func cancelled() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            let (reached, reach) = AsyncStream.makeStream(of: Void.self)
            world.onCall = { call in
                guard call == Cloud.Call(.start, "b") else { return }
                reach.yield()
                try await Task.sleep(for: .seconds(3600))  // ends when it is cancelled
            }
            let task = Task { [world] in try await world.apply(world.template.text) }
            for await _ in reached { break }
            task.cancel()
            let result = try await task.value
            #expect(result.diagnostics.contains { $0.summary == "Apply was cancelled" })
            #expect(result.open.map(\.intent.address.description) == ["cloud_server.b"])
            #expect(result.open.first?.handle != nil)
            #expect(result.state.resources.keys.map(\.description) == ["cloud_server.a"])
            #expect(world.calls.changes == ["create a", "create b"])
            let recovery = await TemplateEngine.recover(result.log, catalog: world.catalog, environment: world.environment)
            #expect(try recovery.state.object("cloud_server.b")?.isTainted == true)
        }
    }

    @Test("a replacement that is cancelled keeps the old object, and the new one as soon as it is found", arguments: [true, false])
    func cancelledReplacement(_ isMade: Bool) async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            var template = world.template
            template.lifecycle = "lifecycle { create_before_destroy = true }"
            let state = try await world.applied(template.text)
            template.zone = "z2"
            let (reached, reach) = AsyncStream.makeStream(of: Void.self)
            world.onCall = { call in
                guard call == Cloud.Call(.create, "a", isOver: isMade) else { return }
                reach.yield()
                try await Task.sleep(for: .seconds(3600))  // ends when it is cancelled
            }
            let task = Task { [world, template] in try await world.apply(template.text, state) }
            for await _ in reached { break }
            task.cancel()
            let result = try await task.value
            #expect(result.open.map(\.intent.action) == [.createThenDelete])
            let recovery = await TemplateEngine.recover(result.log, catalog: world.catalog, environment: world.environment)
            let instance = try #require(try recovery.state[ResourceInstanceAddress.parse("cloud_server.a")])
            #expect(instance.current?.isTainted == isMade)
            #expect(instance.deposed.count == (isMade ? 1 : 0))
            world.onCall = { _ in }
            _ = try await world.applied(template.text, recovery.state)
            #expect(try world.cloud.servers.map(\.name).sorted() == ["a", "b", "c"])
        }
    }

    @Test("an object is tainted until its provisioners ran", arguments: [true, false])
    func provisioned(_ isFailing: Bool) async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            world.isProvisionerFailing = isFailing
            var template = world.template
            template.lifecycle = "provisioner \"mark\" {}"
            let journal = RecordingJournal()
            let result = try await world.apply(template.text, journal: journal)
            #expect(journal.taints("cloud_server.a") == (isFailing ? [true] : [true, false]))
            #expect(try result.state.object("cloud_server.a")?.isTainted == isFailing)
            #expect(try world.cloud.servers.count == (isFailing ? 1 : 3))
        }
    }

    @Test("a destroy that is cancelled ends what runs, and keeps what is left")
    func cancelledDestroy() async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            let state = try await world.applied(world.template.text)
            let (reached, reach) = AsyncStream.makeStream(of: Void.self)
            world.onCall = { call in
                guard call == Cloud.Call(.delete, "b") else { return }
                reach.yield()
                try await Task.sleep(for: .seconds(3600))  // ends when it is cancelled
            }
            let task = Task { [world] in try await world.apply(world.template.text, state, isDestroy: true) }
            for await _ in reached { break }
            task.cancel()
            let result = try await task.value
            #expect(result.diagnostics.contains { $0.summary == "Apply was cancelled" })
            #expect(result.state.resources.keys.map(\.description).sorted() == ["cloud_server.a", "cloud_server.b"])
        }
    }

    @Test("what is left of a provider whose block is gone is ended as it was made; a provider in use has its block or its defaults")
    func removedProvider() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            let made = try await world.apply(world.template.text)
            let required = "terraform {\n required_providers {\n cloud = { source = \"test/cloud\" }\n }\n}\n"
            let engine = try world.engine(required, made.providerConfigurations)
            let plan = try #require(await engine.plan(made.state).plan)
            let result = await engine.apply(plan, journal: nil)
            #expect(!result.diagnostics.hasErrors, "\(result.diagnostics.map(\.text))")
            #expect(try world.cloud.servers.isEmpty)
            let used = try world.engine(required + "resource \"cloud_server\" \"a\" {\n name = \"a\"\n}\n", made.providerConfigurations)
            #expect(await used.plan(made.state).diagnostics.hasErrors)
        }
    }

    @Test("everything can be destroyed when the template cannot be read any more")
    func brokenTemplate() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            let made = try await world.apply(world.template.text)
            #expect(made.providerConfigurations.count == 1)
            var template = world.template
            template.lifecycle =
                "provisioner \"local-exec\" {\n when = destroy\n command = \"false\"\n}\nlifecycle { prevent_destroy = true }"
            let broken = template.text + "\nresource \"cloud_server\" {}\nlocals { x = }\n"
            let engine = try world.engine(broken, made.providerConfigurations)
            let result = await engine.destroyWithoutTemplate(made.state) { _, _ in nil }
            #expect(!result.diagnostics.hasErrors, "\(result.diagnostics.map(\.text))")
            #expect(result.diagnostics.first?.detail.contains("cloud_server.a: local-exec") == true)
            #expect(result.state.resources.isEmpty)
            #expect(try world.cloud.servers.isEmpty)
        }
    }
}

/// Remembers what it was told.
private final class RecordingJournal: Journal {
    private let entries = Mutex<[JournalEntry]>([])

    func append(_ entry: JournalEntry) async throws { entries.withLock { $0.append(entry) } }

    /// Whether an object was tainted, each time it was settled.
    func taints(_ wanted: String) -> [Bool] {
        entries.withLock(\.self).compactMap { entry in
            guard case .settled(let address, _, _, let object) = entry, address.description == wanted else { return nil }
            return object?.isTainted
        }
    }
}

/// Cannot be written from some entry on.
private final class FailingJournal: Journal {
    private let left: Mutex<Int>

    init(at number: Int) { left = Mutex(number) }

    func append(_ entry: JournalEntry) async throws {
        let isFull = left.withLock {
            $0 -= 1
            return $0 <= 0
        }
        if isFull { throw TestFailure("the disk is full") }
    }
}
