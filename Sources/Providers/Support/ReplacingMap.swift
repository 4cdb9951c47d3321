import HCL
import ProviderKit

/// Maps whose change makes a new object necessary: `keepers`, `triggers`.
enum ReplacingMap {
    /// Adds the reason for a replacement if the map changes in more than keys whose value is null, which older versions of the
    /// providers did not store.
    static func plan(_ name: String, _ change: inout PlannedChange) {
        if change.isCreate || !isChange(of: change.prior[attribute: name], to: change[name]) { return }
        change.replacing.insert(.attribute(name))
    }

    private static func isChange(of old: Value, to new: Value) -> Bool {
        if old == new { return false }
        let added = new.members ?? [:]
        guard let kept = old.members else { return added.values.contains { !$0.isNull } }
        if kept.keys.contains(where: { added[$0] == nil }) { return true }
        return added.contains { name, value in
            guard let earlier = kept[name] else { return !value.isNull }
            return earlier != value
        }
    }
}
