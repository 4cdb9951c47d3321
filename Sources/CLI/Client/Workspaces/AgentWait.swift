import APIClient
import ArgumentParser
import JSON

/// Waits until a workspace's agent is connected; starts the workspace first where it is stopped.
struct AgentWait {
    let client: APIClient
    let name: WorkspaceName
    let startsStopped: Bool

    static let attemptsMax = 600

    /// The agent's identifier.
    func ready() async throws -> String {
        var told = ""
        var hasStarted = false
        for attempt in 0..<Self.attemptsMax {
            let workspace = try await name.find(client)
            let status = workspace["latest_build"]?.text("status") ?? ""
            switch status {
            case "running":
                let agent = try name.findAgent(in: workspace)
                if agent.text("status") == "connected" { return agent.text("id") }
                tell(&told, "waiting for the agent of \(name.name): it is \(agent.text("status"))")
            case "stopped", "canceled":
                guard startsStopped, !hasStarted else {
                    throw ValidationError("\(name.name) is \(status); \"berth start \(name.name)\" starts it")
                }
                hasStarted = true
                tell(&told, "\(name.name) is stopped, and is being started")
                try await WorkspaceBuild.run(client, workspace, "start", waits: false)
            case "failed", "deleted", "deleting":
                throw ValidationError("\(name.name) is \(status); \"berth logs \(name.name)\" says why")
            default: tell(&told, "\(name.name) is \(status)")
            }
            try await Task.sleep(for: .milliseconds(attempt < 20 ? 100 : 1000))
        }
        throw ValidationError(
            "the agent of \(name.name) has not connected; \"berth show \(name.name)\" and the container's own log say more")
    }

    private func tell(_ told: inout String, _ text: String) {
        if told == text { return }
        told = text
        Terminal.note(text)
    }
}
