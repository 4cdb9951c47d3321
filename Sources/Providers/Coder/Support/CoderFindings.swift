import HCL
import ProviderKit

extension ProviderFinding {
    static func error(_ summary: String, _ detail: String = "", at path: AttributePath? = nil) -> ProviderFinding {
        ProviderFinding(.error, summary, detail, at: path)
    }

    static func warning(_ summary: String, _ detail: String = "", at path: AttributePath? = nil) -> ProviderFinding {
        ProviderFinding(.warning, summary, detail, at: path)
    }
}

extension [String] {
    /// As Go's `%q` writes a list: `["a" "b"]`.
    var goQuotedList: String { "[" + map(\.goQuoted).joined(separator: " ") + "]" }
}
