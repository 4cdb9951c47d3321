extension ValueType {
    /// The indices of the types so that more general ones come first; those that cannot be compared keep their order.
    static func generality(_ types: [ValueType]) -> [Int] {
        var lesser = Array(repeating: [Int](), count: types.count)
        var greaterCount = Array(repeating: 0, count: types.count)
        for i in types.indices {
            for j in types.indices.dropFirst(i + 1) {
                let order = compare(types[i], types[j])
                if order < 0 {
                    lesser[i].append(j)
                    greaterCount[j] += 1
                } else if order > 0 {
                    lesser[j].append(i)
                    greaterCount[i] += 1
                }
            }
        }
        var order = types.indices.filter { greaterCount[$0] == 0 }
        var next = 0
        while next < order.count {
            for j in lesser[order[next]] {
                greaterCount[j] -= 1
                if greaterCount[j] == 0 { order.append(j) }
            }
            next += 1
        }
        return order
    }

    /// Negative if the first type is more general, positive if the second is, zero if that cannot be said.
    ///
    /// Only a preference: whether values can be converted is asked afterwards.
    private static func compare(_ a: ValueType, _ b: ValueType) -> Int {
        switch (a, b) {
        case (.dynamic, .dynamic): 0
        case (.dynamic, _): 1
        case (_, .dynamic): -1
        case (.string, .string): 0
        case (.string, .bool), (.string, .number): -1
        case (.bool, .string), (.number, .string): 1
        case (.list(let x), .list(let y)), (.set(let x), .set(let y)), (.map(let x), .map(let y)): compare(x, y)
        case (.tuple, .set), (.list, .set), (.list, .tuple), (.map, .object): -1
        case (.set, .tuple), (.set, .list), (.tuple, .list), (.object, .map): 1
        case (.object(let x, _), .object(let y, _)):
            x.count == y.count && x.keys.allSatisfy { y[$0] != nil } ? compare(x.keys.map { (x[$0] ?? .dynamic, y[$0] ?? .dynamic) }) : 0
        case (.tuple(let x), .tuple(let y)): x.count == y.count ? compare(Array(zip(x, y))) : 0
        default: 0
        }
    }

    /// One is more general if it is in some places and less so in none.
    private static func compare(_ pairs: [(ValueType, ValueType)]) -> Int {
        let orders = pairs.map { compare($0, $1) }
        let first = orders.contains { $0 < 0 }
        let second = orders.contains { $0 > 0 }
        return first == second ? 0 : first ? -1 : 1
    }
}
