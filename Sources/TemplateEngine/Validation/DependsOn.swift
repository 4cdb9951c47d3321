import HCL

/// `depends_on`
struct DependsOn {
    let traversals: [Traversal]

    func diagnostics(in scope: Scope) -> Diagnostics {
        var diagnostics: Diagnostics = []
        for traversal in traversals {
            let (reference, found) = Reference.parse(traversal)
            diagnostics += found
            guard let reference, !found.hasErrors else { continue }
            if let first = reference.remaining.first, let last = reference.remaining.last {
                let detail = "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object."
                diagnostics.append(.error("Invalid depends_on reference", detail, subject: .between(first.range, last.range)))
            }
            // As in Terraform, after the first mistake nobody looks whether the rest exists.
            if !diagnostics.hasErrors { diagnostics += scope.context(for: [traversal]).diagnostics }
        }
        return diagnostics
    }
}
