import APITypes
import HTTPTypes
import HostAccess
import HostStore
import JSON
import Postgres
import Scalars

/// Checks that a build can be, and says what it is.
struct BuildPlan: Sendable {
    let services: Services
    let actor: HostAccess.Actor

    /// - Throws: ``APIError`` if the version cannot be built, or the answers do not fit.
    func plan(
        workspace: UUID, template: UUID, transition: WorkspaceTransition, version: UUID, preset: UUID?, answers: [WorkspaceBuildParameter],
        before: [String: String]?, reason: String?, isOrphan: Bool
    ) async throws -> NewBuild {
        let pool = services.store.pool
        guard let row = try await VersionRow.find("v.id = \(version)", pool).first else {
            throw APIError.invalid("template_version_id", "there is no such version")
        }
        guard row.version.templateID == template else { throw APIError.invalid("template_version_id", "is a version of another template") }
        switch row.version.job.status {
        case .succeeded: break
        case .pending, .running:
            throw APIError(.notAcceptable, "The provided template version is still importing. Wait for it to complete importing.")
        default:
            throw APIError(
                .badRequest, "The provided template version was not imported with success.", detail: row.version.job.error)
        }
        if transition == .start, let found = try await TemplateRow.find("t.id = \(template)", pool).first,
            found.template.requireActiveVersion, found.template.activeVersionID != version,
            !actor.can(.update, found.object(for: actor))
        {
            throw APIError(.forbidden, "The template requires its active version.", detail: "Update the workspace, and start it again.")
        }
        let questions = TemplateQuestions(document: row.questions ?? [:], given: row.variables, version: version)
        var build = NewBuild(workspace: workspace, version: version, transition: transition.rawValue, initiator: actor.id)
        build.isOrphan = isOrphan
        build.reason = try Self.reason(reason)
        build.preset = preset
        var chosen: [String: String] = [:]
        if let preset {
            guard let values = questions.answers(ofPreset: preset) else {
                throw APIError.invalid("template_version_preset_id", "is no preset of this version")
            }
            chosen = values
        }
        // What is deleted needs no answers that the template asks meanwhile.
        build.parameters =
            transition == .start
            ? try ParameterAnswers.resolve(questions, before: before, preset: chosen, now: answers) : before ?? [:]
        return build
    }

    private static func reason(_ text: String?) throws(APIError) -> String {
        let known = [
            "initiator", "dashboard", "cli", "ssh_connection", "vscode_connection", "jetbrains_connection", "task_manual_pause",
            "task_resume",
        ]
        guard let text, !text.isEmpty else { return "initiator" }
        guard known.contains(text) else { throw .invalid("reason", "must be one of \(known.joined(separator: ", "))") }
        return text
    }
}
