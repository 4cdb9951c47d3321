import HCL
import TemplateConfiguration

/// What must hold before anything is computed, and is for no single block to say.
struct DeclarationRules {
    let context: ValidationContext

    var diagnostics: Diagnostics { ephemeralOutputs + computedImports + duplicateImports + importProviders }

    /// Outputs of the root module whose value could go nowhere.
    private var ephemeralOutputs: Diagnostics {
        context.configuration.root.outputs.sortedByName.map(\.1).filter(\.isEphemeral).map {
            .error("Ephemeral output not allowed", "Ephemeral outputs are not allowed in context of a root module", subject: $0.range)
        }
    }

    private var imports: [(declaration: ImportDeclaration, target: ImportTarget)] {
        context.configuration.root.imports.compactMap { declaration in ImportTarget(declaration.to).map { (declaration, $0) } }
    }

    /// Only with `for_each` there is something to compute an address from.
    private var computedImports: Diagnostics {
        imports.filter { $0.target.isComputed && $0.declaration.forEach == nil }.flatMap { declaration, _ -> Diagnostics in
            let reference = """
                A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, \
                function calls, template expressions, etc are allowed here.
                """
            let address =
                "A resource instance address is required here. The module path must be followed by a resource instance specification."
            return [
                .error("Invalid expression", reference, subject: declaration.to.range), .error("Invalid address", address),
            ]
        }
    }

    private var duplicateImports: Diagnostics {
        var seen: [String: [SourceRange]] = [:]
        var diagnostics: Diagnostics = []
        for (declaration, target) in imports where !target.isComputed {
            let key = target.key?.evaluate(in: .constant).value
            let name = target.configured.description + (key.map { [PathStep.index($0)].text } ?? "")
            for earlier in seen[name] ?? [] {
                let detail = """
                    An import block for the resource \(name.goQuoted) was already declared at \(earlier). A resource can have only one \
                    import block.
                    """
                diagnostics.append(
                    .error("Duplicate import configuration for \(name.goQuoted)", detail, subject: declaration.to.range))
            }
            seen[name, default: []].append(declaration.range)
        }
        return diagnostics
    }

    private var importProviders: Diagnostics {
        imports.compactMap { declaration, target in
            guard let provider = declaration.provider, context.configuration.resource(target.configured) != nil else { return nil }
            let detail = """
                The provider argument can only be specified in import blocks that will generate configuration.

                Use the provider argument in the target resource block to configure the provider for a resource with explicit provider \
                configuration.
                """
            return .error("Invalid import provider argument", detail, subject: provider.range)
        }
    }

    /// Resources to import that no module declares.
    var missingImportTargets: Diagnostics {
        imports.compactMap { declaration, target in
            // For one in the root module, a configuration could still be made.
            guard !target.module.isRoot, context.configuration.resource(target.configured) == nil else { return nil }
            let detail = """
                The configuration for the given import target \(target.configured) does not exist. All target instances must have an \
                associated configuration to be imported.
                """
            return .error("Configuration for import target does not exist", detail, subject: declaration.to.range)
        }
    }
}
