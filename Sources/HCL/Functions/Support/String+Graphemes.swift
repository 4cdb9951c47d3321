extension String {
    /// The characters as Unicode 15.0 tells them apart, on which Terraform counts.
    ///
    /// Later versions join the consonants of a conjunct of Indic scripts to one character, as `Character` does.
    var graphemes: [Substring] {
        if utf8.allSatisfy({ $0 < 0x80 && $0 != 0x0d }) { return indices.map { self[$0...$0] } }
        return indices.flatMap { index in Self.separatingConjuncts(self[index...index]) }
    }

    var graphemeCount: Int {
        if utf8.allSatisfy({ $0 < 0x80 && $0 != 0x0d }) { return utf8.count }
        return indices.reduce(0) { $0 + Self.separatingConjuncts(self[$1...$1]).count }
    }

    private static func separatingConjuncts(_ character: Substring) -> [Substring] {
        let scalars = character.unicodeScalars
        var parts: [Substring] = []
        var start = scalars.startIndex
        var joinsConsonants = false
        for index in scalars.indices {
            let properties = scalars[index].properties
            if properties.canonicalCombiningClass == .virama {
                joinsConsonants = true
            } else if properties.generalCategory == .otherLetter {
                if joinsConsonants, index > start {
                    parts.append(character[start..<index])
                    start = index
                }
                joinsConsonants = false
            }
        }
        parts.append(character[start...])
        return parts
    }
}
