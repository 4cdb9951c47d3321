import HCL

extension ProviderReference {
    /// Reads `docker` or `docker.remote`, where an argument names a provider's configuration.
    static func decode(_ expression: Expression, argument: String, _ diagnostics: inout Diagnostics) -> ProviderReference? {
        let unquoted = expression.unquoted(asKeyword: false, &diagnostics)
        // What is said of references in general says less than what is said below.
        var ignored: Diagnostics = []
        guard let traversal = unquoted?.staticTraversal(&ignored), traversal.steps.count < 2 else {
            let detail =
                "The \(argument) argument requires a provider type name, optionally followed by a period and then a configuration alias."
            diagnostics.append(.error("Invalid provider configuration reference", detail, subject: expression.range))
            return nil
        }
        diagnostics.checkProviderName(traversal.root, traversal.rootRange)
        switch traversal.steps.first {
        case nil: return ProviderReference(localName: traversal.root, range: expression.range)
        case .attribute(let alias, _): return ProviderReference(localName: traversal.root, alias: alias, range: expression.range)
        case .index(_, let range):
            let detail = "Provider name must either stand alone or be followed by a period and then a configuration alias."
            diagnostics.append(.error("Invalid provider configuration reference", detail, subject: range))
            return nil
        }
    }
}

extension Diagnostics {
    /// Complains about a local name that no provider can have.
    mutating func checkProviderName(_ name: String, _ range: SourceRange) {
        guard let problem = ProviderAddress.nameProblem(name) else {
            if name != name.lowercased() {
                let detail =
                    "Provider names must be normalized. Replace \(name.goQuoted) with \(name.lowercased().goQuoted) to fix this error."
                append(.error("Invalid provider local name", detail, subject: range))
            }
            return
        }
        append(.error("Invalid provider local name", "\(name) is an invalid provider local name: \(problem)", subject: range))
    }
}
