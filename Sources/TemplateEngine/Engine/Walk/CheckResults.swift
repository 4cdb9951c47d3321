import HCL
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Something that has conditions, in one instance.
struct CheckTarget: Hashable {
    var kind: CheckState.Kind
    /// Without instance keys.
    var configuredAddress: String
    var address: String

    static func resource(_ address: ResourceInstanceAddress) -> CheckTarget {
        CheckTarget(kind: .resource, configuredAddress: address.configured.description, address: address.description)
    }

    static func output(_ name: String, in module: ModuleInstanceAddress) -> CheckTarget { named(.outputValue, "output.\(name)", module) }
    static func variable(_ name: String, in module: ModuleInstanceAddress) -> CheckTarget { named(.inputVariable, "var.\(name)", module) }
    static func check(_ name: String, in module: ModuleInstanceAddress) -> CheckTarget { named(.check, "check.\(name)", module) }

    private static func named(_ kind: CheckState.Kind, _ name: String, _ module: ModuleInstanceAddress) -> CheckTarget {
        CheckTarget(
            kind: kind, configuredAddress: module.isRoot ? name : "\(module.module).\(name)",
            address: module.isRoot ? name : "\(module).\(name)")
    }
}

/// What came of the conditions that were judged.
struct CheckResults {
    private var outcomes: [CheckTarget: [ConditionOutcome]] = [:]

    mutating func add(_ outcome: ConditionOutcome, of target: CheckTarget) { outcomes[target, default: []].append(outcome) }

    /// Everything that has conditions, in a stable order.
    ///
    /// - Parameter expected: the instances of each, judged or not, by configured address; nil where they are not known.
    func states(expected: [String: (kind: CheckState.Kind, instances: [CheckTarget]?)]) -> [CheckState] {
        var all = outcomes
        for target in expected.values.flatMap({ $0.instances ?? [] }) where all[target] == nil { all[target] = [.unknown] }
        let unreached = expected.filter { address, _ in !all.keys.contains { $0.configuredAddress == address } }.map { address, group in
            CheckState(kind: group.kind, configuredAddress: address, status: group.instances == nil ? .unknown : .pass, instances: [])
        }
        let instances = all.map { target, outcomes in
            let messages = outcomes.compactMap { if case .fail(let message) = $0, !message.isEmpty { message } else { nil } }
            return (
                target, CheckState.Instance(address: target.address, status: Self.status(outcomes.map(\.status)), failureMessages: messages)
            )
        }
        let judged = Dictionary(grouping: instances, by: \.0.configuredAddress).map { address, group in
            CheckState(
                kind: group[0].0.kind, configuredAddress: address, status: Self.status(group.map(\.1.status)),
                instances: group.map(\.1).sorted { $0.address < $1.address })
        }
        return (judged + unreached).sorted { ($0.kind.rawValue, $0.configuredAddress) < ($1.kind.rawValue, $1.configuredAddress) }
    }

    /// The worst of several.
    private static func status(_ statuses: [CheckState.Status]) -> CheckState.Status {
        [.error, .fail, .unknown].first { statuses.contains($0) } ?? .pass
    }
}

extension ConditionOutcome {
    var status: CheckState.Status {
        switch self {
        case .pass: .pass
        case .fail: .fail
        case .error: .error
        case .unknown: .unknown
        }
    }
}
