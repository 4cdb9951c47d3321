import HCL
import ProviderKit

/// A resource type of the provider. None of them has a backend: an object is what its state says.
struct CoderResourceType: ResourceType {
    let schema: Schema
    let rules: CoderRules
    let context: CoderContext
    /// Defaults that attributes had in versions before 2.0 and have not any more: a state that holds one is as good as one that does not.
    var formerDefaults: [String: Value] = [:]
    /// Corrects a plan, or refuses it.
    var correct: @Sendable (inout PlannedChange) throws -> Void = { _ in }
    /// Gives a new object its computed attributes, of which it has an identifier already.
    var complete: @Sendable (inout [String: Value], CoderContext) throws -> Void = { _, _ in }
    /// Renews what must not outlast a build.
    var refresh: @Sendable (inout [String: Value], CoderContext) -> Void = { _, _ in }

    init(_ block: BlockSchema, version: Int = 1, rules: CoderRules = CoderRules(), context: CoderContext) {
        schema = Schema(version: version, block)
        self.rules = rules
        self.context = context
    }

    func validate(_ configuration: Value) -> [ProviderFinding] { rules.findings(configuration, schema.block) }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {
        if !change.isCreate {
            change.planned = schema.block.keepingEmpty(change.planned, of: change.prior)
            for (name, value) in formerDefaults where change[name].isNull && change.prior[attribute: name] == value {
                change[name] = value
            }
        }
        try correct(&change)
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        guard var members = planned.members else { throw ProviderError("\(operation.address) has no configuration") }
        members["id"] = .string(context.makeUUID())
        try complete(&members, context)
        return schema.block.stored(.object(members))
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard var members = state.members else { return nil }
        refresh(&members, context)
        return schema.block.stored(.object(members))
    }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value {
        // Everything that can be configured makes a new object; what is left are attributes that only the provider sets.
        schema.block.stored(planned)
    }
}
