import JSON
import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let inventoryTests: [ConformanceTest] = [
        ConformanceTest(
            "inventory-labels", "The inventory lists what carries the labels asked for, and nothing else.", requirements: ["P-050"],
            after: graph
        ) { session in
            let backend = try session.backend()
            try session.require(.inventory, .apply, in: backend)
            let id = OperationID.new()
            let applied = try backend.run(.apply, id: id)
            try applied.expectOK()
            let labels = backend.sample.labels(operation: id)
            let types = try backend.inventoryTypes()
            let made = Backend.listable(applied, types)
            try expect(!made.isEmpty || applied.managed.isEmpty, "inventory lists nothing of what apply made, \(list(applied.remoteIDs))")
            for asked in [labels] + labels.map({ [$0] }) {
                let record = try backend.run(.inventory) { $0.labels = asked }
                try record.expectOK()
                let shown = asked.count == 1 ? "label \(asked[0].key)" : "all labels of apply"
                for node in record.said.nodes {
                    try expect(node.remoteID != nil, "inventory lists \(node.address) without a remote_id")
                    guard let found = node.attributes["labels"]?.objectValue else {
                        throw ConformanceStop.failed("inventory lists \(node.address) without an object \"labels\" in its attributes")
                    }
                    for label in asked where found[label.key]?.stringValue != label.value {
                        throw ConformanceStop.failed(
                            "inventory, asked for \(shown), lists \(node.address), whose label \(label.key) is \(found[label.key]?.serialized() ?? "absent"), not \"\(label.value)\""
                        )
                    }
                }
                let listed = Set(record.said.nodes.compactMap(\.remoteID))
                // Another's object may carry one label of ours, but not all.
                let isRight = asked.count == 1 ? made.isSubset(of: listed) : made == listed
                try expect(isRight, "inventory, asked for \(shown), lists \(list(listed)), apply made \(list(made))")
            }
            for label in labels {
                let stranger = Label(key: label.key, value: label.value + "-of-nobody")
                let record = try backend.run(.inventory) { $0.labels = labels.filter { $0.key != label.key } + [stranger] }
                try record.expectOK()
                let listed = record.said.nodes.map(\.address)
                try expect(
                    listed.isEmpty, "inventory, asked for \(stranger.key)=\(stranger.value), which nobody has, lists \(list(listed))")
            }
            if backend.offers(.destroy) { try backend.run(.destroy) }
            return nil
        }
    ]
}
