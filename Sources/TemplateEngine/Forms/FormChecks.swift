import HCL
import ProviderKit
import Providers

/// What a form refuses, or warns of, although the provider lets it pass.
enum FormChecks {
    static func findings(_ declaration: CoderParameter, _ source: FormSource) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        if declaration.name.isEmpty {
            findings.append(ProviderFinding(.error, "Parameter without a name", "a parameter must have a name", at: .attribute("name")))
        }
        if let rule = declaration.validation, let min = rule.min, let max = rule.max, min > max {
            findings.append(
                ProviderFinding(
                    .error, "Invalid validation", "no number is at least \(min) and at most \(max); exchange `min` and `max`",
                    at: .attribute("validation")))
        }
        if !isObject(declaration.styling) {
            findings.append(
                ProviderFinding(
                    .warning, "Invalid styling", "`styling` must be a JSON object, as `jsonencode({ … })` gives; it is passed over",
                    at: .attribute("styling")))
        }
        let unknown = source.known.sortedMembers.filter { !$0.1.isWhollyKnown }.map(\.0)
        if !unknown.isEmpty {
            findings.append(
                ProviderFinding(
                    .warning, "Parameter not known yet",
                    "what the template says of \(unknown.joined(separator: ", ")) depends on something that only a build can tell"))
        }
        return findings
    }

    private static func isObject(_ text: String) -> Bool {
        // Why a text is no JSON does not matter here: the finding shows what it should be.
        guard let json = try? JSONText.parse(text), case .object = json else { return false }
        return true
    }
}
