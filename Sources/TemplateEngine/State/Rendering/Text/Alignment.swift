/// Brings two lists side by side along what they have in common.
enum Alignment {
    /// Above this many comparisons nothing is looked for in common; a plan has to be shown at all.
    private static let comparisonsMax = 4_000_000

    /// Pairs in order: what is gone, what is new, what stays.
    ///
    /// - Parameter isSameThing: whether two different elements that meet are shown as one that changes.
    static func pairs<Element: Hashable>(
        _ before: [Element], _ after: [Element], _ isSameThing: (Element, Element) -> Bool
    ) -> [(Element?, Element?)] {
        var pairs: [(Element?, Element?)] = []
        var (old, new) = (0, 0)
        // Of equal elements it is the first on either side that counts as the one in common.
        for shared in common(before, after).map({ Optional(before[$0.0]) }) + [nil] {
            while old < before.count, before[old] != shared {
                if new < after.count, after[new] != shared, isSameThing(before[old], after[new]) {
                    pairs.append((before[old], after[new]))
                    new += 1
                } else {
                    pairs.append((before[old], nil))
                }
                old += 1
            }
            while new < after.count, after[new] != shared {
                pairs.append((nil, after[new]))
                new += 1
            }
            if shared != nil, old < before.count, new < after.count {
                pairs.append((before[old], after[new]))
                old += 1
                new += 1
            }
        }
        return pairs
    }

    /// The places of a longest common subsequence.
    private static func common<Element: Hashable>(_ before: [Element], _ after: [Element]) -> [(Int, Int)] {
        if before.isEmpty || after.isEmpty || before.count > comparisonsMax / after.count { return [] }
        let width = before.count + 1
        var lengths = [Int](repeating: 0, count: width * (after.count + 1))
        for (y, new) in after.enumerated() {
            for (x, old) in before.enumerated() {
                let here = (y + 1) * width + x + 1
                lengths[here] = old == new ? lengths[y * width + x] + 1 : max(lengths[here - 1], lengths[here - width])
            }
        }
        var matches: [(Int, Int)] = []
        var (x, y) = (before.count, after.count)
        while x > 0, y > 0 {
            if before[x - 1] == after[y - 1] {
                x -= 1
                y -= 1
                matches.append((x, y))
            } else if lengths[y * width + x - 1] > lengths[(y - 1) * width + x] {
                x -= 1
            } else {
                y -= 1
            }
        }
        return matches.reversed()
    }
}
