import JSON
import ResourceGraph
import TemplateGraph
import Testing

/// The published examples of Coder's own conversion, plans and states. Parameters, presets and external authentication in them
/// are another document's business.
@Suite("what Terraform printed becomes a graph", .enabled(if: !CoderFixture.all.isEmpty, "the examples are not in this checkout"))
struct FixtureTests {
    @Test("resources, agents and their parts are those that Coder finds", arguments: CoderFixture.all)
    func resources(_ fixture: CoderFixture) throws {
        let expected = try fixture.expected()
        let converted = try fixture.converted()
        guard let resources = expected["resources"] else { return }
        let view = FixtureView(graph: converted.graph)
        #expect(converted.errors.isEmpty)
        let difference = JSONDifference.first(view.resources, Self.better(resources, fixture))
        #expect(difference == nil)
        #expect(view.aiTasks == expected["ai_tasks"])
        #expect(!converted.graph.aiTasks.isEmpty == (expected["has_ai_tasks"]?.boolValue ?? false))
        #expect(!converted.graph.externalAgents.isEmpty == (expected["has_external_agents"]?.boolValue ?? false))
    }

    /// What we expect other than Coder does.
    private static func better(_ resources: JSONValue, _ fixture: CoderFixture) -> JSONValue { resources }

    @Test("two descriptions of one resource are an error", arguments: CoderFixture.all.filter { $0.name == "resource-metadata-duplicate" })
    func duplicateMetadata(_ fixture: CoderFixture) throws {
        let converted = try fixture.converted()
        #expect(converted.errors.map(\.code) == [GraphIssue.duplicateMetadata])
    }

    @Test("an agent learns its instance from coder_agent_instance", arguments: CoderFixture.all.filter { $0.name == "instance-id" })
    func instanceID(_ fixture: CoderFixture) throws {
        #expect(try fixture.converted().graph.agents.map(\.instanceID) == ["example"])
    }

    @Test("a converted graph is a document that can be read again", arguments: CoderFixture.all)
    func roundTrip(_ fixture: CoderFixture) throws {
        let converted = try fixture.converted()
        guard converted.errors.isEmpty else { return }
        #expect(try ResourceGraph(json: converted.graph.json(sensitive: .include)) == converted.graph)
    }
}

/// Where two documents differ first.
enum JSONDifference {
    static func first(_ found: JSONValue, _ expected: JSONValue, at place: JSONPointer = .root) -> String? {
        switch (found, expected) {
        case (.object(let left), .object(let right)):
            for name in Set(left.keys).union(right.keys).sorted() {
                if let difference = first(left[name] ?? "absent", right[name] ?? "absent", at: place.appending(name)) { return difference }
            }
            return nil
        case (.array(let left), .array(let right)) where left.count == right.count:
            for (index, pair) in zip(left, right).enumerated() {
                if let difference = first(pair.0, pair.1, at: place.appending(index)) { return difference }
            }
            return nil
        default: return found == expected ? nil : "\(place): \(found.serialized()) instead of \(expected.serialized())"
        }
    }
}
