import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// `ignore_changes`
struct IgnoredChangesCheck {
    let schema: BlockSchema
    let resource: ResourceDeclaration

    /// - Parameter isFaulty: whether something is wrong with the resource already: then what is merely redundant is not told.
    func diagnostics(isFaulty: Bool) -> Diagnostics {
        guard case .attributes(let traversals) = resource.lifecycle.ignoredChanges else { return [] }
        var diagnostics: Diagnostics = []
        for traversal in traversals {
            let steps = [TraversalStep.attribute(traversal.root, traversal.rootRange)] + traversal.steps
            diagnostics += schema.problems(with: steps)
            guard !isFaulty, !diagnostics.hasErrors, traversal.steps.isEmpty, schema.attributes[traversal.root]?.presence == .computed
            else { continue }
            let detail = """
                Adding an attribute name to ignore_changes tells Terraform to ignore future changes to the argument in configuration after \
                the object has been created, retaining the value originally configured.

                The attribute \(traversal.root) is decided by the provider alone and therefore there can be no configured value to compare \
                with. Including this attribute in ignore_changes has no effect. Remove the attribute from ignore_changes to quiet this \
                warning.
                """
            diagnostics.append(Diagnostic(.warning, "Redundant ignore_changes element", detail, subject: resource.typeRange))
        }
        return diagnostics
    }
}
