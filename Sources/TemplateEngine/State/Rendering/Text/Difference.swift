import HCL

/// What becomes of a value, as a plan shows it: the value taken apart as far as it changes.
struct Difference {
    /// How it is shown.
    indirect enum Form {
        /// A text, number or truth; nil where there is none.
        case primitive(before: Value?, after: Value?)
        /// Elements in order, with what is around a change shown.
        case list([Difference])
        /// Elements without an order.
        case set([Difference])
        /// Members whose names are data, in quotes.
        case map([(String, Difference)])
        case object([(String, Difference)])
        case unknown(before: Difference?)
        case sensitive(changesMark: Mark?, isValueSame: Bool)
        /// The kind of value changes: what was, and what will be.
        case other(before: Difference, after: Difference)
        case block(attributes: [(String, Difference)], blocks: [(type: String, blocks: [(label: String?, block: Difference)])])
    }

    /// A mark that comes or goes.
    enum Mark { case gained, lost }

    enum Action { case none, create, update, delete }

    var form: Form
    var action: Action
    /// Whether the change is why there will be a new object.
    var forcesReplacement = false
}

extension Difference.Action {
    /// Nil is no value at all; a null is one.
    init(_ before: Value?, _ after: Value?) {
        switch (before, after) {
        case (nil, nil): self = .none
        case (nil, _?): self = .create
        case (_?, nil): self = .delete
        case (let before?, let after?): self = before.unmarkedDeep().0 == after.unmarkedDeep().0 ? .none : .update
        }
    }

    /// What is said of the whole, if parts of it change.
    static func whole(_ before: Value?, _ after: Value?, _ parts: [Difference]) -> Difference.Action {
        let own: Difference.Action = before == nil ? .create : after == nil ? .delete : .none
        return own == .none && parts.contains { $0.action != .none } ? .update : own
    }
}
