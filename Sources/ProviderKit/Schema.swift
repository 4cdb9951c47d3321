package import HCL

/// What a resource type, a data source or the configuration of a provider looks like.
package struct Schema: Sendable {
    /// The version of the state's layout, as `schema_version` of a state file; that of the published provider.
    package var version: Int
    package var block: BlockSchema

    package init(version: Int = 0, _ block: BlockSchema) {
        self.version = version
        self.block = block
    }
}

/// The attributes and nested blocks of a block.
package struct BlockSchema: Sendable {
    package var attributes: [String: AttributeSchema] { didSet { derived = DerivedSchema() } }
    package var blocks: [String: NestedBlockSchema] { didSet { derived = DerivedSchema() } }
    package var description: String
    /// What to do instead, if nobody should use it any more.
    package var deprecation: String?

    package init(
        attributes: [String: AttributeSchema] = [:], blocks: [String: NestedBlockSchema] = [:], description: String = "",
        deprecation: String? = nil
    ) {
        self.attributes = attributes
        self.blocks = blocks
        self.description = description
        self.deprecation = deprecation
    }

    /// What follows from the rest; copies share it.
    private var derived = DerivedSchema()

    /// The type of the object that such a block is as a value: what a configuration decodes to and a state holds.
    package var impliedType: ValueType { derived.values(of: self).impliedType }
    /// What a body read by this schema may contain. What only the provider gives is let through: that it cannot be set is
    /// said of its value.
    package var bodySchema: BodySchema { derived.values(of: self).bodySchema }
    /// The same with `dynamic` blocks, which stand for others.
    package var bodySchemaWithDynamic: BodySchema { derived.values(of: self).bodySchemaWithDynamic }
    /// Ordered by the bytes of their names.
    package var sortedAttributes: [(String, AttributeSchema)] { derived.values(of: self).attributes }
    /// Ordered by the bytes of their names.
    package var sortedBlocks: [(String, NestedBlockSchema)] { derived.values(of: self).blocks }
}

/// One attribute.
package struct AttributeSchema: Sendable {
    /// Who gives the value.
    package enum Presence: Sendable, Hashable {
        case required
        case optional
        /// The configuration may give it; if not, the provider does.
        case optionalComputed
        /// The provider gives it; the configuration must not.
        case computed

        package var isConfigurable: Bool { self != .computed }
        package var isComputed: Bool { self == .computed || self == .optionalComputed }
    }

    package var type: ValueType
    package var presence: Presence
    /// What stands for an absent value; of the type. A planned value has it, the configuration value does not.
    package var fallback: Value?
    /// Whether a change makes a new object in place of the old one.
    package var forcesReplacement: Bool
    package var isSensitive: Bool
    /// Whether a value is passed to the provider but never stored.
    package var isWriteOnly: Bool
    package var deprecation: String?
    package var description: String
    /// Judge a known value that is not null; each gives a sentence if it is not allowed.
    package var checks: [ValueCheck]

    package init(
        _ type: ValueType, _ presence: Presence, fallback: Value? = nil, forcesReplacement: Bool = false, isSensitive: Bool = false,
        isWriteOnly: Bool = false, deprecation: String? = nil, _ description: String = "", checks: [ValueCheck] = []
    ) {
        self.type = type
        self.presence = presence
        self.fallback = fallback
        self.forcesReplacement = forcesReplacement
        self.isSensitive = isSensitive
        self.isWriteOnly = isWriteOnly
        self.deprecation = deprecation
        self.description = description
        self.checks = checks
    }
}

/// A kind of block inside a block.
package struct NestedBlockSchema: Sendable {
    /// How several blocks of the kind are one value.
    package enum Nesting: Sendable, Hashable {
        /// One at most: an object, or null.
        case single
        /// One at most: an object always, with null attributes if there is no block.
        case group
        case list
        case set
        /// By a label.
        case map
    }

    package var nesting: Nesting
    package var block: BlockSchema
    package var countMin: Int
    /// Nil if there is no limit.
    package var countMax: Int?
    /// Whether a change in it makes a new object in place of the old one.
    package var forcesReplacement: Bool
    /// Whether the provider may fill it when the configuration has no such block (`Optional` and `Computed` of older SDKs).
    package var isComputed: Bool

    package init(
        _ nesting: Nesting, _ block: BlockSchema, countMin: Int = 0, countMax: Int? = nil, forcesReplacement: Bool = false,
        isComputed: Bool = false
    ) {
        self.nesting = nesting
        self.block = block
        self.countMin = countMin
        self.countMax = countMax
        self.forcesReplacement = forcesReplacement
        self.isComputed = isComputed
    }

    package var impliedType: ValueType {
        switch nesting {
        case .single, .group: block.impliedType
        // A collection of objects has elements of one type; with an attribute of any type in them it is a tuple or object.
        case .list: block.impliedType.hasDynamic ? .dynamic : .list(block.impliedType)
        case .set: .set(block.impliedType)
        case .map: block.impliedType.hasDynamic ? .dynamic : .map(block.impliedType)
        }
    }
}

/// A rule about a value.
package struct ValueCheck: Sendable {
    /// A sentence for the detail of a diagnostic if the value is not allowed, else nil.
    package var problem: @Sendable (Value) -> String?

    package init(_ problem: @escaping @Sendable (Value) -> String?) { self.problem = problem }
}
