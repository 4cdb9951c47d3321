package import HCL
import ProviderKit
package import TemplateConfiguration

/// What can be said against references in a module without computing anything.
///
/// ``check(_:)`` is for what stops an evaluation from the start, ``problem(with:at:)`` for what is found when the value of a
/// thing is looked up: an engine's ``ScopeData`` calls the first in its own `check`, the other when it has no such thing.
package struct ReferenceChecks: Sendable {
    let configuration: Configuration
    let catalog: ProviderCatalog
    let module: ModuleAddress
    /// What `self` is; nil where it cannot be used.
    let ownResource: ResourceAddress?
    /// The check block around the expression, whose data source it may use.
    let check: String?

    package init(
        _ configuration: Configuration, _ catalog: ProviderCatalog, in module: ModuleAddress, ownResource: ResourceAddress? = nil,
        check: String? = nil
    ) {
        self.configuration = configuration
        self.catalog = catalog
        self.module = module
        self.ownResource = ownResource
        self.check = check
    }

    var declarations: ModuleConfiguration { configuration[module] ?? ModuleConfiguration(directory: ".") }
    /// As sentences name it.
    var moduleName: String { module.isRoot ? "the root module" : module.description }

    /// What is wrong with a reference to a resource or module.
    package func check(_ reference: Reference) -> Diagnostics {
        switch reference.subject {
        case .ownObject:
            guard let ownResource else {
                let detail = """
                    The "self" object is not available in this context. This object can be used only in resource provisioner, connection, \
                    and postcondition blocks.
                    """
                return [.error(#"Invalid "self" reference"#, detail, subject: reference.range)]
            }
            return checkResource(ownResource, reference)
        case .resource(let address): return checkKey(address, nil, reference) + checkResource(address, reference)
        case .resourceInstance(let address, let key): return checkKey(address, key, reference) + checkResource(address, reference)
        case .module(let name), .moduleInstance(let name, _), .moduleOutput(let name, _, _):
            if declarations.moduleCalls[name] != nil { return [] }
            let hint = Names.suggestion(for: name, among: declarations.moduleCalls.sortedByName.map(\.0))
            let detail =
                "No module call named \(name.goQuoted) is declared in \(moduleName)." + (hint.map { " Did you mean \($0.goQuoted)?" } ?? "")
            return [.error("Reference to undeclared module", detail, subject: reference.range)]
        default: return []
        }
    }

    /// Whether instances are told apart as they must be.
    private func checkKey(_ address: ResourceAddress, _ key: InstanceKey?, _ reference: Reference) -> Diagnostics {
        guard let resource = declarations.resources[address] else { return [] }
        let argument: (name: String, example: String)? =
            switch resource.repetition {
            case .none: nil
            case .count: ("count", "count.index")
            case .forEach: ("for_each", "each.key")
            }
        if key != nil, argument == nil {
            let detail = """
                Because \(address) does not have "count" or "for_each" set, references to it must not include an index key. Remove the \
                bracketed index to refer to the single instance of this resource.
                """
            return [.error("Unexpected resource instance key", detail, subject: reference.range)]
        }
        // Without more steps, all instances together are meant.
        guard key == nil, let argument, !reference.remaining.isEmpty else { return [] }
        let detail = """
            Because \(address) has "\(argument.name)" set, its attributes must be accessed on specific instances.

            For example, to correlate with indices of a referring resource, use:
                \(address)[\(argument.example)]
            """
        return [.error("Missing resource instance key", detail, subject: reference.range)]
    }

    private func checkResource(_ address: ResourceAddress, _ reference: Reference) -> Diagnostics {
        guard let resource = declarations.resources[address] else { return [undeclared(address, reference.range)] }
        var diagnostics: Diagnostics = []
        if let owner = resource.check, owner != check {
            let detail = """
                The referenced \(address.mode.rawValue) resource \(address.type.goQuoted) \(address.name.goQuoted) is not available from \
                this context.
                """
            diagnostics.append(.error("Reference to scoped resource", detail, subject: reference.range))
        }
        guard let schema = catalog.schema(of: resource, in: declarations) else {
            let provider = declarations.provider(named: resource.providerReference.localName)
            let detail = "A \(address.mode.rawValue) resource type \(address.type.goQuoted) is not supported by provider \"\(provider)\"."
            // Without the provider, that it is missing is all there is to say.
            guard catalog[provider] != nil else { return diagnostics }
            return diagnostics + [.error("Invalid resource type", detail, subject: reference.range)]
        }
        if case .attribute("count", _)? = reference.remaining.first {
            let detail = """
                The special "count" attribute is no longer supported after Terraform v0.12. Instead, use length(\(address)) to count \
                resource instances.
                """
            return diagnostics + [.error("Invalid resource count attribute", detail, subject: reference.range)]
        }
        return diagnostics + schema.block.check(reference.remaining[...])
    }

    private func undeclared(_ address: ResourceAddress, _ range: SourceRange?) -> Diagnostic {
        let data = ResourceAddress(.data, address.type, address.name)
        let hasData = address.mode == .managed && declarations.resources[data] != nil
        let detail = """
            \(address.mode == .ephemeral ? "An" : "A") \(address.mode.rawValue) resource \(address.type.goQuoted) \
            \(address.name.goQuoted) has not been declared in \(moduleName).\(hasData ? "\n\nDid you mean the data resource \(data)?" : "")
            """
        return .error("Reference to undeclared resource", detail, subject: range)
    }

    /// What is wrong with a reference that leads to no value: an input variable or local that is not declared, `count`, `each`,
    /// `path` and `terraform` where or as they cannot be used. Empty if nothing is.
    package func problem(with subject: Reference.Subject, at range: SourceRange?) -> Diagnostics {
        switch subject {
        case .input(let name):
            guard declarations.variables[name] == nil else { return [] }
            let hint =
                Names.suggestion(for: name, among: declarations.variables.sortedByName.map(\.0)).map { "Did you mean \($0.goQuoted)?" }
                ?? "This variable can be declared with a variable \(name.goQuoted) {} block."
            let detail = "An input variable with the name \(name.goQuoted) has not been declared. \(hint)"
            return [.error("Reference to undeclared input variable", detail, subject: range)]
        case .local(let name):
            guard declarations.locals[name] == nil else { return [] }
            let hint = Names.suggestion(for: name, among: declarations.locals.sortedByName.map(\.0))
            let detail =
                "A local value with the name \(name.goQuoted) has not been declared." + (hint.map { " Did you mean \($0.goQuoted)?" } ?? "")
            return [.error("Reference to undeclared local value", detail, subject: range)]
        case .count, .each, .path, .terraform: return subject.valueOutsideResources(at: range, path: ".").diagnostics
        default: return []
        }
    }
}
