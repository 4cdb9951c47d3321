/// Places boxes in columns so that arrows mostly lead one way and cross little.
///
/// The steps are Sugiyama's: longest-path layering, helper points where an arrow passes a column, barycentre sweeps that order each
/// column, and a few rounds that pull boxes towards their neighbours. Nothing is recursive or random, so that one graph always gives one
/// picture.
struct LayeredLayout {
    /// A place on the plane.
    struct Point {
        var x: Double
        var y: Double
    }

    /// An arrow to be placed: the second stands left of the first if it can.
    struct Arrow {
        let from: Int
        let to: Int
    }

    /// Centres of the boxes.
    private(set) var centres: [Point] = []
    /// For each arrow the points it passes between its two boxes, from its beginning to its end.
    private(set) var waypoints: [[Point]] = []
    /// Size of the picture without margins.
    private(set) var width = 0.0
    /// See ``width``.
    private(set) var height = 0.0

    private let boxWidth: Double
    private let boxHeight: Double
    private let columnGap: Double
    private let rowGap: Double
    /// Above this number of helper points arrows go straight.
    private static let helpersMax = 20_000

    // Boxes first, helper points after them.
    private var columns: [Int]
    private var members: [[Int]] = []
    private var left: [[Int]]
    private var right: [[Int]]
    private var rows: [Double]
    private let boxCount: Int

    /// Places `boxCount` boxes.
    ///
    /// - Parameter layering: the arrows that decide which column a box stands in; must not be more than the arrows to be drawn need.
    init(boxCount: Int, arrows: [Arrow], layering: [Arrow], box: (width: Double, height: Double), gap: (column: Double, row: Double)) {
        (boxWidth, boxHeight) = box
        (columnGap, rowGap) = gap
        self.boxCount = boxCount
        columns = Self.layers(boxCount, layering)
        left = Array(repeating: [], count: boxCount)
        right = Array(repeating: [], count: boxCount)
        rows = []
        let helpers = insertHelpers(arrows)
        members = Array(repeating: [], count: (columns.max() ?? -1) + 1)
        for (index, column) in columns.enumerated() { members[column].append(index) }
        orderColumns()
        placeRows()
        centres = (0..<boxCount).map(point)
        waypoints = helpers.map { $0.map(point) }
        width = Double(members.count) * boxWidth + Double(max(members.count - 1, 0)) * columnGap
    }

    private func point(_ index: Int) -> Point {
        Point(x: Double(columns[index]) * (boxWidth + columnGap) + boxWidth / 2, y: rows[index])
    }

    /// Longest path from a box without successors. Boxes in a circle are taken in their order.
    private static func layers(_ count: Int, _ arrows: [Arrow]) -> [Int] {
        var successorsLeft = [Int](repeating: 0, count: count)
        var predecessors = [[Int]](repeating: [], count: count)
        for arrow in arrows where arrow.from != arrow.to {
            successorsLeft[arrow.from] += 1
            predecessors[arrow.to].append(arrow.from)
        }
        var layers = [Int](repeating: 0, count: count)
        var isPlaced = [Bool](repeating: false, count: count)
        var ready = (0..<count).filter { successorsLeft[$0] == 0 }
        var nextForced = 0
        var position = 0
        while true {
            while position < ready.count {
                let index = ready[position]
                position += 1
                guard !isPlaced[index] else { continue }
                isPlaced[index] = true
                for predecessor in predecessors[index] where !isPlaced[predecessor] {
                    layers[predecessor] = max(layers[predecessor], layers[index] + 1)
                    successorsLeft[predecessor] -= 1
                    if successorsLeft[predecessor] == 0 { ready.append(predecessor) }
                }
            }
            while nextForced < count, isPlaced[nextForced] { nextForced += 1 }
            guard nextForced < count else { return layers }
            ready.append(nextForced)
        }
    }

    /// Gives each arrow a point in every column that it passes, and notes who is whose neighbour.
    private mutating func insertHelpers(_ arrows: [Arrow]) -> [[Int]] {
        let needed = arrows.reduce(0) { $0 + max(abs(columns[$1.from] - columns[$1.to]) - 1, 0) }
        var all: [[Int]] = []
        for arrow in arrows {
            let start = columns[arrow.from]
            let end = columns[arrow.to]
            var chain: [Int] = []
            if needed <= Self.helpersMax, abs(start - end) > 1 {
                for column in stride(from: start < end ? start + 1 : start - 1, to: end, by: start < end ? 1 : -1) {
                    chain.append(columns.count)
                    columns.append(column)
                    left.append([])
                    right.append([])
                }
            }
            let path = [arrow.from] + chain + [arrow.to]
            for (one, other) in zip(path, path.dropFirst()) where columns[one] != columns[other] {
                let (leftOne, rightOne) = columns[one] < columns[other] ? (one, other) : (other, one)
                right[leftOne].append(rightOne)
                left[rightOne].append(leftOne)
            }
            all.append(chain)
        }
        return all
    }

    /// Orders every column by the mean place of its neighbours, sweeping back and forth; keeps the best order seen.
    private mutating func orderColumns() {
        var places = [Double](repeating: 0, count: columns.count)
        func note(_ members: [[Int]]) {
            for column in members {
                for (place, index) in column.enumerated() { places[index] = Double(place) }
            }
        }
        note(members)
        var best = members
        var bestCrossings = crossings(places)
        for sweep in 0..<12 where bestCrossings > 0 {
            let isForward = sweep.isMultiple(of: 2)
            for column in isForward ? Array(members.indices) : members.indices.reversed() {
                let neighbours = isForward ? left : right
                let keys = Dictionary(
                    uniqueKeysWithValues: members[column].map { index in
                        let around = neighbours[index]
                        return (index, around.isEmpty ? places[index] : around.reduce(0) { $0 + places[$1] } / Double(around.count))
                    })
                members[column].sort { (keys[$0] ?? 0, places[$0]) < (keys[$1] ?? 0, places[$1]) }
                for (place, index) in members[column].enumerated() { places[index] = Double(place) }
            }
            let found = crossings(places)
            if found < bestCrossings {
                best = members
                bestCrossings = found
            }
        }
        members = best
    }

    /// How many pairs of arrows cross; an estimate for large graphs, where only the order of neighbours in each column counts.
    private func crossings(_ places: [Double]) -> Int {
        var total = 0
        for column in members {
            let ends = column.flatMap { index in right[index].map { places[$0] }.sorted() }
            // Insertion into a sorted list counts inversions; bounded so that a dense graph stays cheap.
            var sorted: [Double] = []
            for end in ends.prefix(3000) {
                var range = 0..<sorted.count
                while !range.isEmpty {
                    let middle = range.lowerBound + range.count / 2
                    range = sorted[middle] <= end ? middle + 1..<range.upperBound : range.lowerBound..<middle
                }
                total += sorted.count - range.lowerBound
                sorted.insert(end, at: range.lowerBound)
            }
        }
        return total
    }

    private func size(_ index: Int) -> Double {
        index < boxCount ? boxHeight : boxHeight / 4
    }

    /// Stacks every column, then pulls towards neighbours without changing the order.
    private mutating func placeRows() {
        rows = Array(repeating: 0, count: columns.count)
        for column in members {
            var y = 0.0
            for index in column {
                rows[index] = y + size(index) / 2
                y += size(index) + rowGap
            }
        }
        for round in 0..<10 {
            for column in round.isMultiple(of: 2) ? Array(members.indices) : members.indices.reversed() {
                align(members[column])
            }
        }
        let top = columns.indices.map { rows[$0] - size($0) / 2 }.min() ?? 0
        for index in rows.indices { rows[index] -= top }
        height = columns.indices.map { rows[$0] + size($0) / 2 }.max() ?? 0
    }

    /// Moves the members of a column towards the mean of their neighbours. Those that would overlap form a block that moves as one.
    private mutating func align(_ column: [Int]) {
        struct Block {
            var members: ArraySlice<Int>
            var height: Double
            var top: Double
            var wishes: Double
        }
        var blocks: [Block] = []
        for (position, index) in column.enumerated() {
            let around = left[index] + right[index]
            let wish = around.isEmpty ? rows[index] : around.reduce(0) { $0 + rows[$1] } / Double(around.count)
            var block = Block(
                members: column[position...position], height: size(index), top: wish - size(index) / 2, wishes: wish - size(index) / 2)
            while let above = blocks.last, above.top + above.height + rowGap > block.top {
                blocks.removeLast()
                // Each member's wish is for the top of the block it now belongs to.
                let shift = above.height + rowGap
                let wishes = above.wishes + block.wishes - shift * Double(block.members.count)
                let count = above.members.count + block.members.count
                block = Block(
                    members: column[above.members.startIndex..<block.members.endIndex], height: above.height + rowGap + block.height,
                    top: wishes / Double(count), wishes: wishes)
            }
            blocks.append(block)
        }
        for block in blocks {
            var y = block.top
            for index in block.members {
                rows[index] = y + size(index) / 2
                y += size(index) + rowGap
            }
        }
    }
}
