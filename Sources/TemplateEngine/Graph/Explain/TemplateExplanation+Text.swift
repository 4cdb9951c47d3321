import HCL
import TemplateConfiguration

extension TemplateExplanation {
    /// For people: a line for each engine, below it what is missing, provider by provider.
    package var text: String {
        var lines: [String] = []
        for verdict in verdicts {
            guard !verdict.canRun else {
                lines.append("\(verdict.engine) can run this template")
                continue
            }
            lines.append("\(verdict.engine) cannot run this template:")
            let groups = Dictionary(grouping: verdict.obstacles, by: Self.heading)
            for heading in groups.keys.sorted() {
                lines.append("  \(heading)")
                let rows = (groups[heading] ?? []).map { ($0.need.place, $0.need.address.description) }
                let width = rows.map(\.0.count).max() ?? 0
                for (place, address) in rows {
                    lines.append("    \(place)\(String(repeating: " ", count: width - place.count))  \(address)")
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func heading(_ obstacle: TemplateObstacle) -> String {
        let (need, provider) = (obstacle.need, obstacle.need.provider.displayName)
        return switch obstacle.reason {
        case .noProvider: "there is no provider \(provider)"
        case .noType where need.kind == .resource: "provider \(provider) has no resource type \(need.type)"
        case .noType where need.kind == .data: "provider \(provider) has no data source \(need.type)"
        case .noType: "provider \(provider) has no ephemeral resource \(need.type)"
        case .noProvisioner: "there is no provisioner \(need.type)"
        }
    }
}

extension TemplateNeed {
    /// `main.tf:12`
    var place: String { "\(range.file):\(range.start.line)" }
}
