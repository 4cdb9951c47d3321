/// A version: `1.11.4`, `1.2.0-beta1+build`.
package struct SemanticVersion: Sendable, Hashable, CustomStringConvertible {
    /// At least three.
    package var segments: [Int]
    /// How many segments were written.
    package var segmentCount: Int
    /// After the dash; empty for a release.
    package var prerelease: String
    /// After the plus sign; of no meaning for the order.
    package var metadata: String

    package init(_ segments: Int..., prerelease: String = "", metadata: String = "") {
        self.init(segments: segments, prerelease: prerelease, metadata: metadata)
    }

    init(segments: [Int], prerelease: String, metadata: String) {
        self.segments = segments + Array(repeating: 0, count: max(0, 3 - segments.count))
        segmentCount = segments.count
        self.prerelease = prerelease
        self.metadata = metadata
    }

    /// The version of Terraform whose language this is.
    package static let terraform = SemanticVersion(1, 11, 4)

    /// Reads a version as Terraform does, which allows fewer or more than three segments, and a `v` in front.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "v") { rest = rest.dropFirst() }
        var segments: [Int] = []
        while true {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            segments.append(number)
            rest = rest[digits.endIndex...]
            guard rest.first == UInt8(ascii: ".") else { break }
            rest = rest.dropFirst()
        }
        var metadata = ""
        if let plus = rest.firstIndex(of: UInt8(ascii: "+")) {
            guard let identifiers = Self.identifiers(rest[(plus + 1)...]) else { return nil }
            metadata = identifiers
            rest = rest[..<plus]
        }
        var prerelease = ""
        if !rest.isEmpty {
            // Without the dash, what follows must not begin with a digit; the number would have taken it.
            let body = rest.first == UInt8(ascii: "-") ? rest.dropFirst() : rest
            guard let identifiers = Self.identifiers(body) else { return nil }
            prerelease = identifiers
        }
        self.init(segments: segments, prerelease: prerelease, metadata: metadata)
    }

    /// Words of letters, digits, dashes and tildes with dots between them; nil if it is something else.
    private static func identifiers(_ bytes: ArraySlice<UInt8>) -> String? {
        for word in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            let isPlain = word.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "-"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
            if word.isEmpty || !isPlain { return nil }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var isPrerelease: Bool { !prerelease.isEmpty }

    package var description: String {
        segments.map(String.init).joined(separator: ".") + (prerelease.isEmpty ? "" : "-\(prerelease)")
            + (metadata.isEmpty ? "" : "+\(metadata)")
    }
}

extension SemanticVersion: Comparable {
    package static func == (left: SemanticVersion, right: SemanticVersion) -> Bool { !(left < right) && !(right < left) }

    package func hash(into hasher: inout Hasher) {
        var significant = segments[...]
        while significant.last == 0 { significant.removeLast() }
        hasher.combine(significant)
        hasher.combine(prerelease)
    }

    /// A pre-release comes before its release; the build is of no meaning.
    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        for index in 0..<max(left.segments.count, right.segments.count) {
            let (mine, other) = (left.segment(index), right.segment(index))
            if mine != other { return mine < other }
        }
        if left.prerelease == right.prerelease { return false }
        if left.prerelease.isEmpty || right.prerelease.isEmpty { return !left.prerelease.isEmpty }
        let words = (left.prerelease.split(separator: "."), right.prerelease.split(separator: "."))
        for (mine, other) in zip(words.0, words.1) where mine != other {
            switch (Int(mine), Int(other)) {
            case (let mine?, let other?): return mine < other
            case (nil, nil): return mine.utf8.lexicographicallyPrecedes(other.utf8)
            case (let number, _): return number != nil
            }
        }
        return words.0.count < words.1.count
    }

    func segment(_ index: Int) -> Int { index < segments.count ? segments[index] : 0 }
}
