package import HCL

extension ResourceInstanceAddress {
    /// Reads `module.m["x"].docker_container.web[0]`, as a state file or an option has it.
    ///
    /// - Throws: why it is none.
    package static func parse(_ text: String) throws(Diagnostic) -> ResourceInstanceAddress {
        let (target, range) = try TargetAddress.parse(text: text)
        guard let resource = target.resource else {
            let detail =
                "A resource instance address is required here. The module path must be followed by a resource instance specification."
            throw .error("Invalid address", detail, subject: range)
        }
        return ResourceInstanceAddress(target.module, resource, target.key)
    }
}

extension ModuleInstanceAddress {
    /// Reads `module.a[0].module.b`; an empty text is the root.
    ///
    /// - Throws: why it is none.
    package static func parse(_ text: String) throws(Diagnostic) -> ModuleInstanceAddress {
        if text.isEmpty { return .root }
        let (target, range) = try TargetAddress.parse(text: text)
        guard target.resource == nil else {
            throw .error("Invalid module instance address", "The module instance address is followed by something else.", subject: range)
        }
        return target.module
    }
}

extension ProviderConfigurationAddress {
    /// Reads `module.m.provider["registry.terraform.io/hashicorp/random"].alias`, as a state file has it.
    ///
    /// - Throws: why it is none.
    package static func parse(_ text: String) throws(Diagnostic) -> ProviderConfigurationAddress {
        let traversal = try Traversal.parse(text: text)
        var rest = ([.attribute(traversal.root, traversal.rootRange)] + traversal.steps)[...]
        var module = ModuleAddress.root
        while case .attribute("module", _)? = rest.first {
            guard rest.count > 1, case .attribute(let call, _) = rest[rest.startIndex + 1] else { break }
            module = module.child(call)
            rest = rest.dropFirst(2)
        }
        let invalid = Diagnostic.error(
            "Invalid provider configuration address",
            "A provider address must begin with \"provider.\", followed by a provider type name in brackets, and perhaps an alias.",
            subject: traversal.range)
        guard case .attribute("provider", _)? = rest.popFirst(), let name = rest.popFirst() else { throw invalid }
        let provider: ProviderAddress?
        switch name {
        case .index(let value, _): provider = value.stringValue.flatMap { ProviderAddress(source: $0) }
        case .attribute(let localName, _): provider = .implied(by: localName)
        }
        guard let provider else { throw invalid }
        switch rest.popFirst() {
        case nil: return ProviderConfigurationAddress(module, provider)
        case .attribute(let alias, _)? where rest.isEmpty: return ProviderConfigurationAddress(module, provider, alias: alias)
        default: throw invalid
        }
    }
}

extension TargetAddress {
    static func parse(text: String) throws(Diagnostic) -> (TargetAddress, SourceRange) {
        let traversal = try Traversal.parse(text: text)
        var diagnostics: Diagnostics = []
        guard let target = parse(traversal, &diagnostics) else {
            throw diagnostics.first ?? .error("Invalid address", "This is no address: \(text.goQuoted).", subject: traversal.range)
        }
        return (target, traversal.range)
    }
}

extension Traversal {
    fileprivate static func parse(text: String) throws(Diagnostic) -> Traversal {
        let (traversal, diagnostics) = Parser.parseTraversal(Array(text.utf8), file: "")
        if let traversal { return traversal }
        throw diagnostics.first ?? .error("Invalid address", "This is no address: \(text.goQuoted).")
    }
}
