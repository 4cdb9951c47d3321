extension VersionConstraint {
    /// Reads conditions with commas between them: `>= 1.2.0, < 2.0.0`; nil if one of them is not understood.
    package static func parse(_ text: String) -> [VersionConstraint]? {
        var constraints: [VersionConstraint] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            var rest = part.drop { $0.isWhitespace }
            let sign = rest.prefix { "=!<>~".contains($0) }
            guard let comparison = sign.isEmpty ? .equal : Comparison(rawValue: String(sign)) else { return nil }
            rest = rest[sign.endIndex...].drop { $0.isWhitespace }
            while rest.last?.isWhitespace == true { rest.removeLast() }
            guard SemanticVersion(String(rest)) != nil else { return nil }
            constraints.append(VersionConstraint(comparison, String(rest)))
        }
        return constraints
    }

    /// Whether a version fulfils the condition. One with a pre-release only counts for conditions that name one of the same version.
    package func allows(_ version: SemanticVersion) -> Bool {
        guard let bound = SemanticVersion(self.version) else { return false }
        switch comparison {
        case .equal: return version == bound
        case .notEqual: return version != bound
        case .greater: return version.isComparable(to: bound) && version > bound
        case .less: return version.isComparable(to: bound) && version < bound
        case .atLeast: return version.isComparable(to: bound) && version >= bound
        case .atMost: return version.isComparable(to: bound) && version <= bound
        case .pessimistic:
            guard version.isComparable(to: bound), version >= bound, !bound.isPrerelease || version.isPrerelease else { return false }
            // Two segments at least are written where the last may grow; one alone lets every later version through.
            return (0..<(bound.segmentCount - 1)).allSatisfy { version.segment($0) == bound.segment($0) }
        }
    }
}

extension [VersionConstraint] {
    package func allows(_ version: SemanticVersion) -> Bool { allSatisfy { $0.allows(version) } }

    /// As Terraform lists them: `>= 1.2.0, < 2.0.0`.
    package var text: String { map(\.description).joined(separator: ", ") }
}

extension SemanticVersion {
    fileprivate func isComparable(to bound: SemanticVersion) -> Bool { !isPrerelease || (bound.isPrerelease && segments == bound.segments) }
}
