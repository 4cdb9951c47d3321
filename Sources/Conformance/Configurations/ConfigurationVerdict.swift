import HCL

/// How the run of a case compares to what Terraform did.
struct ConfigurationVerdict {
    /// What is wrong, a line each; empty if the case passed.
    private(set) var problems: [String] = []
    /// What differs without deciding, a line each.
    private(set) var notes: [String] = []
    /// How often what does not decide was the same, and how often it was compared.
    private(set) var beside: [Beside: (same: Int, all: Int)] = [:]

    /// What is compared without deciding.
    enum Beside: String, CaseIterable {
        case details = "details of errors"
        case columns = "positions of errors"
        case warnings, checks
        case plannedValues = "planned values"
        case reasons = "reasons of changes"
        case sensitivity
        case provisionerOutput = "output of provisioners"
        case other = "other attributes of resources"
    }

    /// Decides.
    mutating func require(_ lines: [String], _ place: String) { problems += lines.map { "\(place): \($0)" } }

    /// Only counts.
    mutating func count(_ kind: Beside, _ lines: [String], _ place: String) {
        var count = beside[kind] ?? (0, 0)
        count.all += 1
        if lines.isEmpty { count.same += 1 }
        beside[kind] = count
        notes += lines.map { "\(place): \(kind.rawValue): \($0)" }
    }

    /// Compares exit code, errors and warnings of one command.
    ///
    /// - Parameter got: with identifiers named as in the corpus.
    mutating func compare(
        _ expected: ConfigurationCase.Phase, exit: Int, _ got: [(Diagnostic.Severity, ConfigurationCase.Finding)],
        _ name: ConfigurationCase.Phase.Name, _ place: String
    ) {
        if expected.exit != exit { require(["expected exit \(expected.exit), got \(exit)"], place) }
        var wanted = expected.errors.filter { !$0.isHeading }
        var found = got.filter { $0.0 == .error }.map(\.1)
        if name == .initialisation {
            // Terraform reads the configuration twice there, and tells some errors twice.
            wanted = ConfigurationVerdict.distinct(wanted)
            found = ConfigurationVerdict.distinct(found)
        }
        compare(errors: wanted, found, place)
        let warnings = got.filter { $0.0 == .warning }.map { $0.1.text }.sorted()
        if !warnings.isEmpty || !expected.warnings.isEmpty {
            let wanted = expected.warnings.map(\.text).sorted()
            count(.warnings, wanted == warnings ? [] : ["expected \(wanted), got \(warnings)"], place)
        }
    }

    private mutating func compare(
        errors wanted: [ConfigurationCase.Finding], _ found: [ConfigurationCase.Finding], _ place: String
    ) {
        var rest = found
        for error in wanted {
            // Of several that would do the one that is the same in all.
            guard let index = rest.firstIndex(of: error) ?? rest.firstIndex(where: error.isSame) else {
                require(["expected error \(error.text)"], place)
                continue
            }
            let other = rest.remove(at: index)
            count(.details, error.detail == other.detail ? [] : ["expected \(error.detail)\n    got \(other.detail)"], place)
            let isSamePlace = error.file == other.file && error.start == other.start && error.end == other.end
            count(.columns, isSamePlace ? [] : ["\(error.summary): expected \(position(error)), got \(position(other))"], place)
        }
        for error in rest { require(["got error \(error.text)"], place) }
    }

    private func position(_ finding: ConfigurationCase.Finding) -> String {
        "\(finding.file ?? "no file") \(finding.start ?? [])-\(finding.end ?? [])"
    }

    private static func distinct(_ findings: [ConfigurationCase.Finding]) -> [ConfigurationCase.Finding] {
        var seen: Set<ConfigurationCase.Finding> = []
        return findings.filter { seen.insert($0).inserted }
    }
}
