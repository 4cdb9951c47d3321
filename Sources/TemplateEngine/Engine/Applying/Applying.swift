import HCL
import TemplateConfiguration
import TemplateState

/// What an apply walk carries out, and what is true so far. Belongs to the walk's thread.
final class Applying {
    let plan: Plan
    /// Nil if the plan is of everything.
    let targeting: Targeting?
    /// What exists; changed with every operation that ends.
    var state: State
    let journal: (any Journal)?
    /// The changes of current objects.
    let changes: [ResourceInstanceAddress: ResourceChange]
    let order: OperationOrder
    /// Ends of objects, by what they end.
    var destroys: [EngineOperation: Task<Bool, Never>] = [:]
    /// Whether an operation could not even be written down; then nothing more may be started.
    var isJournalLost = false
    /// What began and is not settled.
    private(set) var open: [OpenIntent.Subject: OpenIntent] = [:]
    /// Configurations of providers that the journal has.
    var journalledProviders: Set<ProviderConfigurationAddress> = []

    init(plan: Plan, targeting: Targeting?, state: State, journal: (any Journal)?, order: OperationOrder) {
        self.plan = plan
        self.targeting = targeting
        self.state = state
        self.journal = journal
        self.order = order
        changes = Dictionary(
            plan.changes.filter { $0.deposedKey == nil }.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Keeps in mind what is open.
    func note(_ entry: JournalEntry) {
        switch entry {
        case .provider: break
        case .intent(let intent): open[intent.subject] = OpenIntent(intent: intent)
        case .handle(let address, let handle): open[OpenIntent.Subject(address: address, deposed: nil)]?.handle = handle
        case .settled(let address, let deposed, _, _): open[OpenIntent.Subject(address: address, deposed: deposed)] = nil
        case .restored(let address, _): open[OpenIntent.Subject(address: address, deposed: nil)] = nil
        }
    }
}
