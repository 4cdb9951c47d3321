package import HCL

/// What is to become of one object, while it is being planned.
///
/// The engine has filled it by the schema: defaults for what is absent; unknown for what is computed and not configured in a
/// new object; the prior value for it in one that exists. Values carry no marks.
package struct PlannedChange: Sendable {
    /// The object as it is; null of the type if there is none.
    package var prior: Value
    /// What the configuration says, without defaults.
    package var configuration: Value
    /// What the object is to be. An unknown value is allowed only where the schema says computed or the configuration is
    /// unknown; where the configuration has a value, that must stay.
    package var planned: Value
    /// Attributes whose change makes a new object necessary; only those that differ count.
    package var replacing: Set<AttributePath>

    package init(prior: Value, configuration: Value, planned: Value, replacing: Set<AttributePath> = []) {
        self.prior = prior
        self.configuration = configuration
        self.planned = planned
        self.replacing = replacing
    }

    package var isCreate: Bool { prior.isNull }

    /// A top-level attribute of the planned value.
    package subscript(name: String) -> Value {
        get { planned.members?[name] ?? .null() }
        set {
            guard var members = planned.members else { return }
            members[name] = newValue
            planned = .object(members)
        }
    }

    /// Whether a top-level attribute will be another one; false for a new object.
    package func changes(_ name: String) -> Bool {
        guard let old = prior.members?[name], let new = planned.members?[name] else { return false }
        return old != new
    }
}
