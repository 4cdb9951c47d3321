import HCL
import TemplateConfiguration

/// The comment above a change: what will happen, and why.
struct PlanHeading {
    var style: TextStyle

    /// Ends with a newline.
    func text(_ change: ResourceChange) -> String {
        // What is forgotten stands one column further left.
        let margin = change.action == .forget ? " " : "  "
        let lines = [heading(change)] + reasons(change).map { "\n\(margin)# (\($0))" }
        var text = lines.joined()
        if change.action != .noOp {
            if let previous = change.previousAddress { text += "\n  # [reset](moved from \(guarded(previous.description)))" }
            if change.isImport { text += "\n  # [reset](imported from \"\(guarded(change.importID ?? ""))\")" }
        }
        return restored(style("[bold]\(margin)# " + text + "\n"))
    }

    private func heading(_ change: ResourceChange) -> String {
        let address = guarded(change.address.description)
        let deposed = change.deposedKey.map { " (deposed object \($0))" } ?? ""
        switch change.action {
        case .noOp:
            if let previous = change.previousAddress {
                return "\(guarded(previous.description))[reset] has moved to [bold]\(address)[reset]"
            }
            return "\(address)[reset] will be imported"
        case .create: return "\(address)[reset] will be created"
        case .read: return "\(address)[reset] will be read during apply"
        case .update: return "\(address)[reset] will be updated in-place"
        case .delete: return "\(address)\(deposed)[reset] will be [bold][red]destroyed[reset]"
        case .forget: return "\(address)[reset] will no longer be managed by Terraform, but [bold][red]will not be destroyed[reset]"
        case .replace, .createThenDelete:
            switch change.reason {
            case .replaceBecauseTainted: return "\(address)[reset] is tainted, so must be [bold][red]replaced[reset]"
            case .replaceByRequest: return "\(address)[reset] will be [bold][red]replaced[reset], as requested"
            case .replaceByTriggers: return "\(address)[reset] will be [bold][red]replaced[reset] due to changes in replace_triggered_by"
            default: return "\(address)[reset] must be [bold][red]replaced[reset]"
            }
        }
    }

    private func reasons(_ change: ResourceChange) -> [String] {
        let address = change.address
        let key = guarded(address.key.text)
        var reasons: [String] = []
        if change.deposedKey != nil { reasons.append("left over from a partially-failed replacement of this instance") }
        if change.action == .forget { return ["destroy = false is set in the configuration"] }
        switch change.reason {
        case .readBecauseConfigUnknown: reasons.append("config refers to values not yet known")
        case .readBecauseDependencyPending: reasons.append("depends on a resource or a module with changes pending")
        case .readBecauseCheckNested: reasons.append("config will be reloaded to verify a check block")
        case .deleteBecauseNoResourceConfig: reasons.append("because \(address.resource) is not in configuration")
        case .deleteBecauseNoMoveTarget:
            let previous = change.previousAddress.map { guarded($0.description) } ?? "it"
            reasons.append("because \(previous) was moved to \(guarded(address.description)), which is not in configuration")
        case .deleteBecauseNoModule: reasons.append("because \(guarded(address.module.description)) is not in configuration")
        case .deleteBecauseWrongRepetition:
            switch address.key {
            case nil: reasons.append("because resource uses count or for_each")
            case .integer?: reasons.append("because resource does not use count")
            case .string?: reasons.append("because resource does not use for_each")
            }
        case .deleteBecauseCountIndex: reasons.append("because index \(key) is out of range for count")
        case .deleteBecauseEachKey: reasons.append("because key \(key) is not in for_each map")
        default: break
        }
        return reasons
    }

    // What others wrote must not be taken for codes of ours: it passes through them with its brackets exchanged.
    private func guarded(_ text: String) -> String { text.replacing("[", with: "\u{E000}") }
    private func restored(_ text: String) -> String { text.replacing("\u{E000}", with: "[") }
}
