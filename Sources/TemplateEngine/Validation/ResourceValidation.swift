import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Judges one resource, for all its instances.
struct ResourceValidation {
    let context: ValidationContext
    /// Without `count` and `each`.
    let data: ValidationScope
    let module: ModuleConfiguration
    let resource: ResourceDeclaration

    var diagnostics: Diagnostics {
        var diagnostics = validateConfiguration() + validateConditions()
        for provisioner in resource.provisioners {
            diagnostics += ProvisionerValidation(context: context, data: innermost, resource: resource).diagnostics(provisioner)
            if diagnostics.hasErrors { break }
        }
        return diagnostics
    }

    /// What expressions in the block see.
    private var inner: ValidationScope {
        var inner = data
        inner.repetition = .init(resource.repetition)
        inner.check = resource.check
        return inner
    }

    /// The same with `self`.
    private var innermost: ValidationScope {
        var innermost = inner
        innermost.own = resource.address
        return innermost
    }

    private var address: String { ConfiguredResourceAddress(data.module, resource.address).description }

    private func validateConfiguration() -> Diagnostics {
        var diagnostics = RepetitionEvaluator(scope: data.scope, for: .validation).expand(resource.repetition).diagnostics
        diagnostics += DependsOn(traversals: resource.dependsOn).diagnostics(in: data.scope)
        guard let schema = context.catalog.schema(of: resource, in: module) else {
            let isProviderMissing = context.catalog.provider(of: resource, in: module) == nil
            return diagnostics + (isProviderMissing ? SchemalessBody(resource.body).diagnostics(in: inner.scope) : [unknownType])
        }
        let (value, found) = schema.block.decode(resource.body, in: inner.scope)
        diagnostics += found
        if found.hasErrors { return diagnostics }
        diagnostics += schema.block.ephemeralMistakes(in: value).diagnostics(in: resource.body, address: address)
        diagnostics += IgnoredChangesCheck(schema: schema.block, resource: resource).diagnostics(isFaulty: diagnostics.hasErrors)
        return diagnostics + providerDiagnostics(value, schema)
    }

    /// What the provider has to say.
    private func providerDiagnostics(_ configuration: Value, _ schema: Schema) -> Diagnostics {
        let value = configuration.unmarkedDeep().0
        let provider = context.catalog.provider(of: resource, in: module)
        let findings: [ProviderFinding] =
            switch resource.address.mode {
            case .managed: provider?.resourceType(resource.address.type)?.validate(value) ?? []
            case .data: provider?.dataSource(resource.address.type)?.validate(value) ?? []
            case .ephemeral: []
            }
        guard module.provider(named: resource.providerReference.localName) == .builtin else {
            return (schema.block.findings(in: value) + findings).diagnostics(in: resource.body, address: address)
        }
        // The provider inside Terraform judges by itself what others have a library for, and knows no places.
        return findings.map { finding in
            guard finding.path == nil else { return [finding].diagnostics(in: resource.body, address: address) }
            return [Diagnostic(finding.severity, finding.summary, finding.detail)]
        }.flatMap(\.self)
    }

    private func validateConditions() -> Diagnostics {
        func check(_ rules: [CheckRule], _ data: ValidationScope) -> Diagnostics {
            rules.flatMap { [$0.condition, $0.errorMessage] }.flatMap { expression in
                let (context, diagnostics) = data.scope.context(for: expression.traversals())
                return diagnostics + expression.evaluate(in: context).diagnostics
            }
        }
        return check(resource.lifecycle.preconditions, inner) + check(resource.lifecycle.postconditions, innermost)
    }

    private var unknownType: Diagnostic {
        let provider = context.catalog.provider(of: resource, in: module)
        let type = resource.address.type
        let isData = resource.address.mode == .data
        let name = module.provider(named: resource.providerReference.localName).displayName
        if resource.address.mode == .ephemeral {
            let detail = "The provider \(name) does not support ephemeral resource \(type.goQuoted)."
            return .error("Invalid ephemeral resource", detail, subject: resource.typeRange)
        }
        let noun = isData ? "data source" : "resource type"
        var hint = ""
        if isData, provider?.resourceType(type) != nil {
            hint = """


                Did you intend to use the managed resource type \(type.goQuoted)? If so, declare this using a "resource" block instead of a \
                "data" block.
                """
        } else if !isData, provider?.dataSource(type) != nil {
            hint = """


                Did you intend to use the data source \(type.goQuoted)? If so, declare this using a "data" block instead of a "resource" \
                block.
                """
        } else {
            let names = (isData ? provider?.dataSourceNames : provider?.resourceTypeNames) ?? []
            hint = Names.suggestion(for: type, among: names.sorted()).map { " Did you mean \($0.goQuoted)?" } ?? ""
        }
        return .error(
            isData ? "Invalid data source" : "Invalid resource type",
            "The provider \(name) does not support \(noun) \(type.goQuoted).\(hint)", subject: resource.typeRange)
    }
}
