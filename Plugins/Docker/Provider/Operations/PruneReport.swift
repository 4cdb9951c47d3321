/// What became of the objects of a deployment that belong to no workspace.
package struct PruneReport: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// It would be removed; this was only a look.
        case removable
        case removed
        /// It stays, for this reason.
        case kept(String)
        /// It could not be removed; in words for people.
        case failed(String)
    }

    package struct Entry: Sendable, Hashable {
        package var object: DockerObject
        package var outcome: Outcome
    }

    /// In the order in which they were seen to.
    package var entries: [Entry] = []

    package var removed: [DockerObject] { entries.filter { $0.outcome == .removed }.map(\.object) }
    package var removable: [DockerObject] { entries.filter { $0.outcome == .removable }.map(\.object) }
    /// Objects and why they could not be removed.
    package var failures: [(object: DockerObject, reason: String)] {
        entries.compactMap { entry in if case .failed(let reason) = entry.outcome { (entry.object, reason) } else { nil } }
    }
}
