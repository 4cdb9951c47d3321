import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Judges a provisioner of a resource, and how it connects.
struct ProvisionerValidation {
    let context: ValidationContext
    /// With `self`.
    let data: ValidationScope
    let resource: ResourceDeclaration

    func diagnostics(_ provisioner: ProvisionerDeclaration) -> Diagnostics {
        guard let type = context.catalog.provisioners[provisioner.type] else { return [] }
        var (value, diagnostics) = type.schema.decode(provisioner.body, in: data.scope)
        if !value.isKnown { value = .object(type.schema.attributes.mapValues { .unknown($0.type) }) }
        // Provisioners know no places.
        diagnostics += type.validate(value.unmarkedDeep().0).map { Diagnostic($0.severity, $0.summary, $0.detail) }
        return diagnostics + connection(provisioner)
    }

    /// The provisioner's own block says what it says different from that of the resource.
    private func connection(_ provisioner: ProvisionerDeclaration) -> Diagnostics {
        let bodies = [resource.connection, provisioner.connection].compactMap(\.self).map(\.body)
        guard let first = bodies.first else { return [] }
        if bodies.count == 1 { return ConnectionSchema.block.decode(first, in: data.scope).diagnostics }
        var optional = ConnectionSchema.block
        for name in optional.attributes.keys { optional.attributes[name]?.presence = .optional }
        var diagnostics: Diagnostics = []
        for (name, attribute) in ConnectionSchema.block.sortedAttributes where attribute.presence == .required {
            let schema = BodySchema(attributes: [.init(name)])
            if bodies.contains(where: { $0.partialContent(schema).0.attributes[name] != nil }) { continue }
            diagnostics += first.partialContent(BodySchema(attributes: [.init(name, isRequired: true)])).1
        }
        return diagnostics + bodies.flatMap { optional.decode($0, in: data.scope).diagnostics }
    }
}
