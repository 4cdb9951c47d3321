import HCL
import TemplateConfiguration
import TemplateEngine
import TemplateState
import TemplateTestHost
import TestSupport
import Testing

/// In which order things are made and ended.
@Suite struct ApplyOrderTests {
    @Test("what is needed is made first, and ended last")
    func createAndDestroy() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            let state = try await world.applied(world.template.text)
            #expect(world.calls.changes == ["create a", "create b", "create c"])
            let end = try await world.applied(world.template.text, state, isDestroy: true)
            #expect(world.calls.changes == ["delete c", "delete b", "delete a"])
            #expect(end.resources.isEmpty)
        }
    }

    @Test("a replacement ends what depends on the old object first, and turns to the new one in between")
    func replace() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            let state = try await world.applied(world.template.text)
            var template = world.template
            template.zone = "z2"
            _ = try await world.applied(template.text, state)
            #expect(world.calls.changes == ["delete c", "delete a", "create a", "update b", "create c"])
        }
    }

    @Test("a replacement that is made first ends its old object when nothing needs it any more")
    func createBeforeDestroy() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            var template = world.template
            template.lifecycle = "lifecycle { create_before_destroy = true }"
            let state = try await world.applied(template.text)
            template.zone = "z2"
            _ = try await world.applied(template.text, state)
            let changes = world.calls.changes
            #expect(changes.sorted() == ["create a", "create c", "delete a", "delete c", "update b"])
            let order = ["create a", "update b", "create c", "delete a"].compactMap { changes.firstIndex(of: $0) }
            #expect(order == order.sorted(), "\(changes)")
            #expect(try world.cloud.servers.count == 3)
        }
    }

    @Test("no more operations run at once than are allowed", arguments: [1, 3])
    func parallelism(_ limit: Int) async throws {
        try await Fixture.with { fixture in
            var world = CloudWorld(fixture)
            world.parallelism = limit
            world.onCall = { call in
                if !call.isOver { try await Task.sleep(for: .milliseconds(3)) }  // so that others could begin
            }
            let text =
                world.template.text + """

                    resource "cloud_server" "many" {
                      count = 8
                      name  = "m${count.index}"
                    }
                    """
            let state = try await world.applied(text)
            #expect(world.calls.most == limit)
            _ = try await world.applied(text, state, isDestroy: true)
            #expect(world.calls.most == limit)
            #expect(try world.cloud.servers.isEmpty)
        }
    }

    @Test("what must not be destroyed is neither replaced nor destroyed", arguments: [true, false])
    func preventDestroy(_ isDestroy: Bool) async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            var template = world.template
            template.lifecycle = "lifecycle { prevent_destroy = true }"
            let state = try await world.applied(template.text)
            template.zone = "z2"
            let result = try await world.plan(template.text, state, isDestroy: isDestroy)
            #expect(result.plan == nil)
            #expect(result.diagnostics.map(\.summary) == ["Instance cannot be destroyed"])
        }
    }

    @Test("an object that exists is imported, not made")
    func importing() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            var template = world.template
            let made = try await world.applied(template.text)
            let id = try #require(try Value.jsonDecoded(made.object("cloud_server.a")?.attributes ?? "").members?["id"]?.stringValue)
            template.lifecycle = "}\nimport {\n  to = cloud_server.a\n  id = \"\(id)\"\n"
            var text = template.text
            text = text.upTo("resource \"cloud_server\" \"b\"")
            let planned = try await world.plan(text, nil)
            #expect(planned.plan?.changes.map(\.isImport) == [true])
            let state = try await world.applied(text)
            #expect(world.calls.changes == [])
            #expect(try state.object("cloud_server.a")?.attributes == made.object("cloud_server.a")?.attributes)
        }
    }

    @Test("what was changed or removed behind the engine's back is put right")
    func drift() async throws {
        try await Fixture.with { fixture in
            let world = CloudWorld(fixture)
            let state = try await world.applied(world.template.text)
            for var server in try world.cloud.servers {
                if server.name == "c" { try world.cloud.remove(server.id) }
                if server.name != "b" { continue }
                server.attributes = server.attributes.replacing("small", with: "huge")
                try world.cloud.put(server)
            }
            let plan = try #require(try await world.plan(world.template.text, state).plan)
            #expect(plan.drift.map(\.address.description) == ["cloud_server.b", "cloud_server.c"])
            #expect(plan.drift.map(\.action) == [.update, .delete])
            _ = try await world.applied(world.template.text, state)
            #expect(world.calls.changes == ["update b", "create c"])
        }
    }
}

extension String {
    /// Up to a text that is in it.
    fileprivate func upTo(_ separator: String) -> String {
        firstRange(of: separator).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
