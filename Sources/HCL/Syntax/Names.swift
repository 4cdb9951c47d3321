/// What is said of names.
package enum Names {
    /// The first candidate that differs from `given` in at most two letters.
    package static func suggestion(for given: String, among candidates: [String]) -> String? {
        candidates.first { distance(Array(given.unicodeScalars), Array($0.unicodeScalars)) < 3 }
    }

    /// How many letters must be added, removed or replaced.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if abs(left.count - right.count) >= 3 { return 3 }
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (letter == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }

    /// Whether a text could be written as a name.
    package static func isIdentifier(_ text: String) -> Bool {
        let scanner = Scanner(Array(text.utf8), start: .start, mode: .main)
        return scanner.offset == 0 && scanner.identifierEnd(0) == scanner.bytes.count
    }
}
