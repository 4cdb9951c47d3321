import HCL
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// What is said about a plan as a whole.
extension Walk {
    /// `-replace` of a resource that has instances: it has to name one of them.
    func replacementFindings(_ planning: Planning) -> Diagnostics {
        planning.options.replacements.filter { $0.key == nil }.sorted().compactMap { address in
            let keys = values.resourceExpansions[address.absoluteResource]?.instanceKeys ?? [nil]
            if keys.contains(nil) { return nil }
            let options = keys.map { "\n  -replace=\(address.absoluteResource.instance($0).description.goQuoted)" }.joined()
            let request = "Your force-replace request for \(address) doesn't match any resource instances because"
            let detail =
                switch keys.count {
                case 0: "\(request) this resource doesn't have any instances."
                case 1:
                    """
                    \(request) it lacks an instance key.

                    To force replacement of the single declared instance, use the following option instead:\(options)
                    """
                default:
                    """
                    \(request) it lacks an instance key.

                    To force replacement of particular instances, use one or more of the following options instead:\(options)
                    """
                }
            return Diagnostic(.warning, "Incompletely-matched force-replace resource instance", detail)
        }
    }
}

extension Diagnostics {
    /// Objects that are to be left alone.
    static func forgottenObjects(_ changes: [ResourceChange]) -> Diagnostics {
        let forgotten = changes.filter { $0.action == .forget }.map(\.address).sorted()
        if forgotten.isEmpty { return [] }
        let list = forgotten.map { "\n - \($0)" }.joined()
        let detail = """
            If you apply this plan, Terraform will discard its tracking information for the following objects, but it will not delete \
            them:\(list)

            After applying this plan, Terraform will no longer manage these objects. You will need to import them into Terraform to manage \
            them again.
            """
        return [Diagnostic(.warning, "Some objects will no longer be managed by Terraform", detail)]
    }
}

extension Diagnostic {
    static func blockedMoves(_ blocked: [ResourceInstanceAddress: ResourceInstanceAddress]) -> Diagnostic {
        let list = blocked.sorted { $0.key < $1.key }.map { "\n  - \($0.key) could not move to \($0.value)" }.joined()
        let detail = """
            Terraform tried to adjust resource instance addresses in the prior state based on change information recorded in the \
            configuration, but some adjustments did not succeed due to existing objects already at the intended addresses:\(list)

            Terraform has planned to destroy these objects. If Terraform's proposed changes aren't appropriate, you must first resolve the \
            conflicts using the "terraform state" subcommands and then create a new plan.
            """
        return Diagnostic(.warning, "Unresolved resource instance address changes", detail)
    }
}
