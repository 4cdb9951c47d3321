/// The statements that one connection has prepared, by their text and the types of their parameters.
struct StatementCache {
    struct Key: Hashable {
        var text: String
        var types: [UInt32]
    }

    private let countMax: Int
    private var names: [Key: (name: String, used: UInt64)] = [:]
    private var clock: UInt64 = 0

    init(countMax: Int) { self.countMax = max(1, countMax) }

    /// The statement's name, if it is prepared.
    mutating func name(of key: Key) -> String? {
        guard let place = names.index(forKey: key) else { return nil }
        clock += 1
        names.values[place].used = clock
        return names.values[place].name
    }

    /// A name for a statement that is about to be prepared.
    mutating func newName() -> String {
        clock += 1
        return "berth_\(clock)"
    }

    mutating func insert(_ key: Key, name: String) {
        clock += 1
        names[key] = (name, clock)
    }

    mutating func remove(_ key: Key) -> String? { names.removeValue(forKey: key)?.name }

    /// Makes room for one more: the name that is to be given up, if there is none.
    mutating func makeRoom() -> String? {
        guard names.count >= countMax, let oldest = names.min(by: { $0.value.used < $1.value.used }) else { return nil }
        return remove(oldest.key)
    }
}
