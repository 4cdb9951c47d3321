import HCL
import ProviderKit

/// A data source of the provider: says what the build says.
struct CoderDataSource: DataSource {
    let schema: Schema
    let rules: CoderRules
    let context: CoderContext
    /// Adds the computed attributes, also the identifier.
    let fill: @Sendable (inout [String: Value], _ configuration: Value, CoderContext) throws -> Void

    init(
        _ block: BlockSchema, version: Int = 1, rules: CoderRules = CoderRules(), context: CoderContext,
        configured fill: @escaping @Sendable (inout [String: Value], Value, CoderContext) throws -> Void
    ) {
        schema = Schema(version: version, block)
        self.rules = rules
        self.context = context
        self.fill = fill
    }

    /// One that does not tell null from empty.
    init(
        _ block: BlockSchema, version: Int = 1, rules: CoderRules = CoderRules(), context: CoderContext,
        fill: @escaping @Sendable (inout [String: Value], CoderContext) throws -> Void
    ) {
        self.init(
            block, version: version, rules: rules, context: context, configured: { members, _, context in try fill(&members, context) })
    }

    func validate(_ configuration: Value) -> [ProviderFinding] { rules.findings(configuration, schema.block) }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        var members = schema.block.stored(configuration).members ?? [:]
        for (name, attribute) in schema.block.attributes where attribute.presence == .computed { members[name] = .null(attribute.type) }
        // Blocks of a data source that are not there are null, as in the published provider.
        for (name, nested) in schema.block.blocks where members[name]?.elements?.isEmpty ?? true {
            members[name] = .null(nested.impliedType)
        }
        try fill(&members, configuration, stable(operation))
        return .object(members)
    }

    /// The context with identifiers that are the same whenever a workspace's build asks again: the same plan twice is the same.
    private func stable(_ operation: ProviderOperation) -> CoderContext {
        let workspace = context.variable("CODER_WORKSPACE_ID")
        if workspace.isEmpty { return context }
        var context = context
        context.makeUUID = { CoderUUID.derived(from: "\(workspace)\n\(operation.address)") }
        return context
    }
}
