import HCL
import ProviderKit
import TemplateConfiguration
import TemplateState

/// What a plan walk starts from, and what it has decided so far. Belongs to the walk's thread.
final class Planning {
    let options: PlanOptions
    /// Nil if everything is planned.
    let targeting: Targeting?
    /// The state with `moved` applied; while the walk goes on, as providers say that objects are now.
    var state: State
    /// Where objects were before `moved`, by where they are now.
    let previousAddresses: [ResourceInstanceAddress: ResourceInstanceAddress]
    /// What `import` blocks ask for; known before resources are visited.
    var imports: [ResourceInstanceAddress: ImportRequest] = [:]
    /// Objects that were taken over.
    var imported: Set<ResourceInstanceAddress> = []
    var changes: [ResourceChange] = []
    var drift: [ResourceChange] = []
    /// Instances that the configuration has.
    var visited: Set<ResourceInstanceAddress> = []

    init(
        options: PlanOptions, targeting: Targeting?, state: State, previousAddresses: [ResourceInstanceAddress: ResourceInstanceAddress]
    ) {
        self.options = options
        self.targeting = targeting
        self.state = state
        self.previousAddresses = previousAddresses
    }

    /// The change planned for the current object of an instance.
    func change(of address: ResourceInstanceAddress) -> ResourceChange? {
        changes.first { $0.address == address && $0.deposedKey == nil }
    }
}

/// What an `import` block asks for.
struct ImportRequest: Sendable {
    var id: String
    var range: SourceRange
}
