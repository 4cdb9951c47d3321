import HCL

/// What `count` and `each` stand for in one instance.
struct RepetitionData: Sendable {
    var countIndex: Int?
    var eachKey: Value?
    var eachValue: Value?

    static let none = RepetitionData()

    init(countIndex: Int? = nil, eachKey: Value? = nil, eachValue: Value? = nil) {
        self.countIndex = countIndex
        self.eachKey = eachKey
        self.eachValue = eachValue
    }
}

/// The instances that `count` or `for_each` asks for.
struct Expansion: Sendable {
    enum Kind: Sendable, Hashable { case single, count, forEach }

    var kind: Kind
    var instances: [InstanceKey?: RepetitionData]

    static let single = Expansion(kind: .single, instances: [nil: .none])

    /// In the order of their keys.
    var sortedKeys: [InstanceKey?] {
        instances.keys.sorted { left, right in
            guard let left, let right else { return left == nil && right != nil }
            return left < right
        }
    }
}
