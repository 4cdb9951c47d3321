extension String {
    /// The first of these names that this one may be a slip for.
    package func suggestion(among names: some Sequence<String>) -> String? {
        names.first { editDistance(to: $0) < 3 }
    }

    /// How many insertions, removals and replacements lead to another text.
    func editDistance(to other: String) -> Int {
        let target = Array(other.unicodeScalars)
        var row = Array(0...target.count)
        for (line, scalar) in unicodeScalars.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, candidate) in target.enumerated() {
                let replaced = diagonal + (scalar == candidate ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[target.count]
    }
}
