import HCL
import TemplateConfiguration
import TemplateState

/// A side effect of applying a plan.
enum EngineOperation: Hashable, Sendable {
    /// Making or changing the current object.
    case change(ResourceInstanceAddress)
    /// The end of an object: the current one, one that waits for it, or the old one of a replacement.
    case destroy(ResourceInstanceAddress, deposed: String?)
}

/// What has to be over before an operation of a plan may begin, beside what the configuration refers to.
///
/// Objects end in the opposite order of their making: first what depended on them. A replacement that is made first ends its old
/// object when all that depends on it has turned to the new one.
struct OperationOrder: Sendable {
    private(set) var predecessors: [EngineOperation: Set<EngineOperation>] = [:]

    init(_ plan: Plan, _ graph: StaticDependencies) {
        var builder = OrderBuilder(plan.changes)
        builder.orderDestroys()
        builder.orderReplacements(graph)
        builder.orderChangesAfterDestroys()
        predecessors = builder.withoutCycles(graph)
    }
}

/// Collects who waits for whom.
private struct OrderBuilder {
    let changes: [ResourceChange]
    /// Ends of objects, by their resource.
    private var destroysByResource: [ConfiguredResourceAddress: [EngineOperation]] = [:]
    private var predecessors: [EngineOperation: Set<EngineOperation>] = [:]
    /// Ends that come after something is made; nothing that is made may wait for them.
    private var late: Set<EngineOperation> = []

    init(_ changes: [ResourceChange]) {
        self.changes = changes.filter { ![.noOp, .read].contains($0.action) }
        for change in self.changes {
            guard let destroy = change.destroy else { continue }
            destroysByResource[change.address.configured, default: []].append(destroy)
            if change.action == .createThenDelete { late.insert(destroy) }
        }
    }

    /// What depends on an object ends before it.
    mutating func orderDestroys() {
        for change in changes {
            guard let destroy = change.destroy else { continue }
            for dependency in change.priorDependencies where dependency != change.address.configured {
                for needed in destroysByResource[dependency] ?? [] { predecessors[needed, default: []].insert(destroy) }
            }
        }
    }

    mutating func orderReplacements(_ graph: StaticDependencies) {
        let creatingFirst = changes.filter { $0.action == .createThenDelete }
        for change in changes where change.action == .replace {
            if let destroy = change.destroy { predecessors[.change(change.address), default: []].insert(destroy) }
        }
        for change in creatingFirst {
            guard let destroy = change.destroy else { continue }
            predecessors[destroy, default: []].insert(.change(change.address))
            for other in changes where other.isChange && other.address != change.address {
                if graph.dependencies(of: other.address.configured).contains(change.address.configured) {
                    predecessors[destroy, default: []].insert(.change(other.address))
                }
            }
        }
    }

    /// What is made or changed waits for the end of what it depended on.
    mutating func orderChangesAfterDestroys() {
        let delayed = waitingForLate()
        for change in changes where change.isChange && change.action != .createThenDelete {
            for dependency in change.priorDependencies {
                for destroy in destroysByResource[dependency] ?? [] where !delayed.contains(destroy) {
                    predecessors[.change(change.address), default: []].insert(destroy)
                }
            }
        }
    }

    /// Ends that wait, directly or not, for something to be made.
    private func waitingForLate() -> Set<EngineOperation> {
        var found = late
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (operation, waits) in predecessors where !found.contains(operation) && !waits.isDisjoint(with: found) {
                found.insert(operation)
                isGrowing = true
            }
        }
        return found
    }

    /// Leaves out what operations would wait for in a circle: an old state may say the opposite of the new configuration.
    func withoutCycles(_ graph: StaticDependencies) -> [EngineOperation: Set<EngineOperation>] {
        var result = predecessors
        var open = Set(changes.flatMap { [$0.isChange ? .change($0.address) : nil, $0.destroy].compactMap(\.self) })
        let byResource = Dictionary(grouping: changes.filter(\.isChange), by: \.address.configured)
        func waits(_ operation: EngineOperation) -> Set<EngineOperation> {
            var all = result[operation] ?? []
            if case .change(let address) = operation {
                for dependency in graph.direct(of: address.configured) where dependency != address.configured {
                    all.formUnion((byResource[dependency] ?? []).map { .change($0.address) })
                }
            }
            return all
        }
        while !open.isEmpty {
            let ready = open.filter { waits($0).isDisjoint(with: open) }
            if ready.isEmpty {
                for operation in open { result[operation]?.subtract(open) }
                break
            }
            open.subtract(ready)
        }
        return result
    }
}

extension ResourceChange {
    /// Whether something is made or changed in place.
    var isChange: Bool { [.create, .update, .replace, .createThenDelete].contains(action) && deposedKey == nil }

    /// The end of an object that belongs to the change.
    var destroy: EngineOperation? {
        switch action {
        case .delete, .replace, .createThenDelete, .forget: .destroy(address, deposed: deposedKey)
        default: nil
        }
    }
}
