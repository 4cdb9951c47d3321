extension Reference.Subject {
    /// The value of `path.…`, `terraform.…`, `count.…` and `each.…` where no resource or module is expanded.
    ///
    /// - Parameter path: the working directory; the root module is there.
    package func valueOutsideResources(at range: SourceRange?, path: String) -> (value: Value, diagnostics: Diagnostics) {
        switch self {
        case .path("cwd"): return (.string(path), [])
        case .path("module"), .path("root"): return (.string("."), [])
        case .path(let name):
            let hint = Names.suggestion(for: name, among: ["cwd", "module", "root"]).map { " Did you mean \($0.goQuoted)?" } ?? ""
            return refuse(
                "Invalid \"path\" attribute", "The \"path\" object does not have an attribute named \(name.goQuoted).\(hint)", range)
        case .terraform("workspace"): return (.string("default"), [])
        case .terraform("applying"): return (Value.false.marked(with: .ephemeral), [])
        case .terraform("env"):
            let detail = """
                The terraform.env attribute was deprecated in v0.10 and removed in v0.12. The "state environment" concept was renamed to \
                "workspace" in v0.12, and so the workspace name can now be accessed using the terraform.workspace attribute.
                """
            return refuse("Invalid \"terraform\" attribute", detail, range)
        case .terraform(let name):
            let detail = """
                The "terraform" object does not have an attribute named \(name.goQuoted). The only supported attributes are \
                terraform.workspace, the name of the currently-selected workspace, and terraform.applying, a boolean which is true only \
                during apply.
                """
            return refuse("Invalid \"terraform\" attribute", detail, range)
        case .count("index"):
            let detail = """
                The "count" object can only be used in "module", "resource", and "data" blocks, and only when the "count" argument is set.
                """
            return refuse("Reference to \"count\" in non-counted context", detail, range, .number)
        case .count(let name):
            let detail = """
                The "count" object does not have an attribute named \(name.goQuoted). The only supported attribute is count.index, which is \
                the index of each instance of a resource block that has the "count" argument set.
                """
            return refuse("Invalid \"count\" attribute", detail, range)
        case .each("key"):
            let detail = """
                The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.
                """
            return refuse("Reference to \"each\" in context without for_each", detail, range)
        case .each("value"):
            let detail = """
                A reference to "each.value" has been used in a context in which it is unavailable, such as when the configuration no longer \
                contains the value in its "for_each" expression. Remove this reference to each.value in your configuration to work around \
                this error.
                """
            return refuse("each.value cannot be used in this context", detail, range)
        case .each(let name):
            let detail = """
                The "each" object does not have an attribute named \(name.goQuoted). The supported attributes are each.key and each.value, \
                the current key and value pair of the "for_each" attribute set.
                """
            return refuse("Invalid \"each\" attribute", detail, range)
        default: return (.dynamic, [])
        }
    }

    private func refuse(
        _ summary: String, _ detail: String, _ range: SourceRange?, _ type: ValueType = .dynamic
    ) -> (value: Value, diagnostics: Diagnostics) {
        (.unknown(type), [.error(summary, detail, subject: range)])
    }
}
