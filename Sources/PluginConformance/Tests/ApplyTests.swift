import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let applyTests: [ConformanceTest] = [
        ConformanceTest(
            "apply-reports", "Apply reports what exists, with its identity in the backend.", requirements: ["P-026"], after: behaves
        ) { session in
            let backend = try session.backend()
            try session.require(.apply, in: backend)
            let plan = backend.offers(.plan) ? try backend.run(.plan) : nil
            let record = try backend.run(.apply)
            try record.expectOK()
            let planned = plan?.said.nodes ?? []
            try expect(
                planned.isEmpty || !record.said.nodes.isEmpty, "apply reports nothing, plan reported \(list(planned.map(\.address)))")
            for node in record.managed {
                try expect(node.remoteID != nil, "apply reports \(node.address) without a remote_id")
            }
            let found = try backend.inventory() ?? []
            try expect(
                found.isSubset(of: record.remoteIDs),
                "the inventory lists \(list(found)) after apply, which reported \(list(record.remoteIDs))")
            if record.managed.contains(where: { $0.change != .none }) {
                try expect(!record.said.checkpoints.isEmpty, "apply made \(list(record.managed.map(\.address))) and stored no checkpoint")
            }
            if backend.offers(.destroy) { try backend.run(.destroy) }
            return nil
        }
    ]

    static let stateTests: [ConformanceTest] = [
        ConformanceTest("apply-idempotent", "Apply again changes nothing.", requirements: ["P-032"], after: graph) { session in
            let backend = try session.backend()
            try session.require(.apply, in: backend)
            let id = OperationID.new()
            let first = try backend.run(.apply, id: id)
            try first.expectOK()
            let listed = try backend.inventory()
            let after = backend.checkpoint
            for (state, name) in [(nil, "the state of before"), (after, "the state it left")] {
                let again = try backend.run(.apply, id: id) { $0.checkpoint = state }
                try again.expectOK("again with \(name)")
                let names = ("the first apply", "another with \(name)")
                try expect(
                    again.remoteIDs == first.remoteIDs,
                    "\(names.0) reported \(list(first.remoteIDs)), \(names.1) of the same operation \(list(again.remoteIDs))")
                let found = try backend.inventory()
                try expect(
                    found == listed,
                    "the inventory was \(list(listed ?? [])) after \(names.0), and \(list(found ?? [])) after \(names.1) of the same operation"
                )
            }
            if backend.offers(.destroy) { try backend.run(.destroy) }
            return nil
        }
    ]

    static let readTests: [ConformanceTest] = [
        ConformanceTest("read-agrees", "Read reports what apply reported.", requirements: ["P-034"], after: graph) { session in
            let backend = try session.backend()
            try session.require(.apply, .read, in: backend)
            let applied = try backend.run(.apply)
            try applied.expectOK()
            let read = try backend.run(.read)
            try read.expectOK("after apply")
            try expectSame(applied.said, read.said, ("apply", "read"), withChanges: false)
            if backend.offers(.destroy) { try backend.run(.destroy) }
            return nil
        },
        ConformanceTest("destroy-complete", "Destroy removes everything that the state knows of.", requirements: ["P-035"], after: graph) {
            session in
            let backend = try session.backend()
            try session.require(.apply, .destroy, in: backend)
            try backend.run(.apply).expectOK()
            let before = backend.checkpoint
            let record = try backend.run(.destroy)
            try record.expectOK()
            try expectNothing(record, "destroy")
            try expectNothingExists(backend, "after destroy")
            guard backend.offers(.read) else { return nil }
            for (state, name) in [(before, "the state of before it"), (backend.checkpoint, "the state it left")] {
                let read = try backend.run(.read) { $0.checkpoint = state }
                try expectNothing(read, "read after destroy, with \(name),")
            }
            return nil
        },
        ConformanceTest("destroy-repeatable", "Destroy of what is gone is fine.", requirements: ["P-036"], after: ["destroy-complete"]) {
            session in
            let backend = try session.backend()
            try session.require(.apply, .destroy, in: backend)
            try backend.run(.apply).expectOK()
            let before = backend.checkpoint
            try backend.run(.destroy).expectOK()
            let after = backend.checkpoint
            for (state, name) in [(after, "the state the first left"), (before, "the state of before the first")] {
                let again = try backend.run(.destroy) { $0.checkpoint = state }
                try again.expectOK("a second time, with \(name),")
                try expectNothing(again, "a second destroy, with \(name),")
            }
            try expectNothingExists(backend, "after a second destroy")
            return nil
        },
    ]

    private static func expectNothing(_ record: JobRecord, _ what: String) throws {
        try expect(record.managed.isEmpty, "\(what) reports \(list(record.managed.map(\.address))), no managed resource was expected")
    }

    /// Ends the test unless the inventory is empty.
    static func expectNothingExists(_ backend: Backend, _ when: String) throws {
        let found = try backend.inventory() ?? []
        try expect(found.isEmpty, "the inventory lists \(list(found)) \(when), nothing was expected")
    }
}
