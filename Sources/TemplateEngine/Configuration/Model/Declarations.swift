package import HCL

/// `variable "name" { … }`
package struct VariableDeclaration: Sendable {
    /// Type, default, marks.
    package var input: InputVariable
    package var description: String?
    package var validations: [CheckRule] = []
    /// Whether a text from outside is read as an expression: if there is a type, and no primitive one.
    package var isExpressionText = false
    /// The name in the block's header.
    package var nameRange: SourceRange
    package var range: SourceRange

    package init(input: InputVariable, nameRange: SourceRange, range: SourceRange) {
        self.input = input
        self.nameRange = nameRange
        self.range = range
    }
}

/// One name in a `locals` block.
package struct LocalDeclaration: Sendable {
    package var name: String
    package var expression: Expression
    package var range: SourceRange

    package init(name: String, expression: Expression, range: SourceRange) {
        self.name = name
        self.expression = expression
        self.range = range
    }
}

/// `output "name" { … }`
package struct OutputDeclaration: Sendable {
    package var name: String
    package var value: Expression?
    package var description: String?
    package var isSensitive = false
    package var isEphemeral = false
    package var dependsOn: [Traversal] = []
    package var preconditions: [CheckRule] = []
    package var nameRange: SourceRange
    package var range: SourceRange

    package init(name: String, nameRange: SourceRange, range: SourceRange) {
        self.name = name
        self.nameRange = nameRange
        self.range = range
    }
}

/// `validation`, `precondition`, `postcondition` or `assert`
package struct CheckRule: Sendable {
    package var condition: Expression
    package var errorMessage: Expression
    package var range: SourceRange

    package init(condition: Expression, errorMessage: Expression, range: SourceRange) {
        self.condition = condition
        self.errorMessage = errorMessage
        self.range = range
    }
}

/// `check "name" { … }`
package struct CheckDeclaration: Sendable {
    package var name: String
    /// The data source nested in it.
    package var dataResource: ResourceAddress?
    package var asserts: [CheckRule] = []
    package var range: SourceRange

    package init(name: String, range: SourceRange) {
        self.name = name
        self.range = range
    }
}

/// `count` or `for_each` of a resource or module.
package enum Repetition: Sendable {
    case none
    case count(Expression)
    case forEach(Expression)

    package var expression: Expression? {
        switch self {
        case .none: nil
        case .count(let expression), .forEach(let expression): expression
        }
    }
}

/// `resource "type" "name" { … }`, `data …` or `ephemeral …`
package struct ResourceDeclaration: Sendable {
    package var address: ResourceAddress
    package var repetition: Repetition = .none
    package var dependsOn: [Traversal] = []
    /// As written in `provider = …`; nil if it is the type's default.
    package var provider: ProviderReference?
    package var lifecycle = Lifecycle()
    package var connection: Block?
    package var provisioners: [ProvisionerDeclaration] = []
    /// What is left for the schema of the type: the body without the arguments above.
    package var body: Body
    /// The check block that this data source is nested in.
    package var check: String?
    package var typeRange: SourceRange
    /// The header, what diagnostics about the whole resource point at.
    package var range: SourceRange

    package init(address: ResourceAddress, body: Body, typeRange: SourceRange, range: SourceRange) {
        self.address = address
        self.body = body
        self.typeRange = typeRange
        self.range = range
    }

    /// The local name of the provider: what `provider` says, or the first word of the type.
    package var providerReference: ProviderReference {
        provider ?? ProviderReference(localName: String(address.type.prefix { $0 != "_" }), range: typeRange)
    }
}

/// `lifecycle { … }`
package struct Lifecycle: Sendable {
    package enum IgnoredChanges: Sendable {
        case none
        case all
        /// Relative traversals: the first step is an attribute of the resource.
        case attributes([Traversal])
    }

    /// Nil where it is not said.
    package var createBeforeDestroy: Bool?
    package var preventDestroy = false
    package var preventDestroyRange: SourceRange?
    package var ignoredChanges = IgnoredChanges.none
    package var replaceTriggeredBy: [Expression] = []
    package var preconditions: [CheckRule] = []
    package var postconditions: [CheckRule] = []

    package init() {}
}

/// `provisioner "type" { … }`
package struct ProvisionerDeclaration: Sendable {
    package enum When: Sendable { case create, destroy }
    package enum OnFailure: Sendable { case fail, proceed }

    package var type: String
    package var when = When.create
    package var onFailure = OnFailure.fail
    package var connection: Block?
    /// Without the arguments above.
    package var body: Body
    package var typeRange: SourceRange
    package var range: SourceRange

    package init(type: String, body: Body, typeRange: SourceRange, range: SourceRange) {
        self.type = type
        self.body = body
        self.typeRange = typeRange
        self.range = range
    }
}

/// `module "name" { … }`
package struct ModuleCall: Sendable {
    package var name: String
    /// As written; empty if it could not be read.
    package var source: String
    package var sourceRange: SourceRange?
    package var versions: [VersionConstraint] = []
    package var versionRange: SourceRange?
    package var repetition: Repetition = .none
    package var dependsOn: [Traversal] = []
    /// `providers = { inner = outer.alias }`
    package var providers: [(inner: ProviderReference, outer: ProviderReference)] = []
    /// The arguments for the variables of the module.
    package var body: Body
    package var nameRange: SourceRange
    package var range: SourceRange

    package init(name: String, source: String, body: Body, nameRange: SourceRange, range: SourceRange) {
        self.name = name
        self.source = source
        self.body = body
        self.nameRange = nameRange
        self.range = range
    }
}

/// `docker` or `docker.remote`, as written in `provider = …`, `providers = {…}` and `provider "docker" { alias = "remote" }`.
package struct ProviderReference: Sendable, Hashable, CustomStringConvertible {
    package var localName: String
    package var alias: String?
    package var range: SourceRange?

    package init(localName: String, alias: String? = nil, range: SourceRange? = nil) {
        self.localName = localName
        self.alias = alias
        self.range = range
    }

    package static func == (left: ProviderReference, right: ProviderReference) -> Bool {
        left.localName == right.localName && left.alias == right.alias
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(localName)
        hasher.combine(alias)
    }

    package var description: String { alias.map { "\(localName).\($0)" } ?? localName }
}

/// `provider "name" { … }`
package struct ProviderDeclaration: Sendable {
    package var reference: ProviderReference
    /// What old configurations say here instead of in `required_providers`.
    package var versions: [VersionConstraint] = []
    /// Without `alias` and `version`.
    package var body: Body
    package var range: SourceRange

    package init(reference: ProviderReference, body: Body, range: SourceRange) {
        self.reference = reference
        self.body = body
        self.range = range
    }
}

/// An entry of `required_providers`.
package struct RequiredProvider: Sendable {
    package var localName: String
    package var address: ProviderAddress
    package var versions: [VersionConstraint] = []
    /// Names of configurations that a caller has to pass.
    package var configurationAliases: [ProviderReference] = []
    package var range: SourceRange

    package init(localName: String, address: ProviderAddress, range: SourceRange) {
        self.localName = localName
        self.address = address
        self.range = range
    }
}

/// `moved { … }`
package struct MovedDeclaration: Sendable {
    package var from: MoveEndpoint
    package var to: MoveEndpoint
    package var range: SourceRange

    package init(from: MoveEndpoint, to: MoveEndpoint, range: SourceRange) {
        self.from = from
        self.to = to
        self.range = range
    }
}

/// What `moved` and `removed` name, relative to the module with the block.
package struct MoveEndpoint: Sendable, Hashable {
    /// The modules before the resource, or the module itself that is meant; a step without key is every instance.
    package var module: ModuleInstanceAddress
    /// Nil if the module itself is meant.
    package var resource: ResourceAddress?
    /// Nil for all instances, or the one without key.
    package var key: InstanceKey?

    package init(module: ModuleInstanceAddress, resource: ResourceAddress? = nil, key: InstanceKey? = nil) {
        self.module = module
        self.resource = resource
        self.key = key
    }
}

/// `removed { … }`
package struct RemovedDeclaration: Sendable {
    package var from: MoveEndpoint
    /// False to forget the object without touching it.
    package var destroys = true
    package var connection: Block?
    /// Those with `when = destroy`.
    package var provisioners: [ProvisionerDeclaration] = []
    package var range: SourceRange

    package init(from: MoveEndpoint, range: SourceRange) {
        self.from = from
        self.range = range
    }
}

/// `import { … }`
package struct ImportDeclaration: Sendable {
    /// May have `each.key` in its instance keys.
    package var to: Expression
    package var id: Expression
    package var forEach: Expression?
    package var provider: ProviderReference?
    package var range: SourceRange

    package init(to: Expression, id: Expression, range: SourceRange) {
        self.to = to
        self.id = id
        self.range = range
    }
}
