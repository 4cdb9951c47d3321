import AgentProtocol
import HostStore
import JSON
import Postgres
import Scalars

extension Store {
    /// How many bytes of logs are kept of an agent; what comes after them is not.
    static let logsMaxBytes = 1 << 20

    /// Writes down what an agent says; saying it again does no harm.
    ///
    /// - Returns: false if there have been enough logs.
    func take(_ report: AgentReport, of agent: AgentIdentity) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                "select lifecycle_state, logs_length, logs_overflowed from workspace_agents where id = \(agent.id) for update")
            guard let row else { return true }
            let state: String = try row["lifecycle_state"]
            try await write(report.startup, report.lifecycle, from: state, agent, transaction)
            let hasRoom = try await write(report, length: try row["logs_length"], isFull: try row["logs_overflowed"], agent, transaction)
            try await writeResults(report, agent, transaction)
            try await transaction.notify(.agentChanged, agent.id.description)
            if !report.lifecycle.isEmpty || !report.appHealth.isEmpty {
                try await transaction.notify(.workspaceChanged, agent.workspaceID.description)
            }
            return hasRoom
        }
    }

    private func write(
        _ startup: AgentStartup?, _ changes: [AgentLifecycleChange], from text: String, _ agent: AgentIdentity, _ transaction: Transaction
    ) async throws {
        if let startup {
            try await transaction.query(
                """
                update workspace_agents set version = \(startup.version), expanded_directory = \(startup.expandedDirectory),
                    subsystems = \(startup.subsystems), updated_at = now() where id = \(agent.id)
                """)
        }
        // An agent that was killed begins again; what it did before it did.
        for change in changes {
            let at = Timestamp(microseconds: Int64(clamping: change.changedAt).multipliedReportingOverflow(by: 1000).partialValue)
            let isReady = [.ready, .startError, .startTimeout].contains(change.state)
            try await transaction.query(
                """
                update workspace_agents set lifecycle_state = \(change.state.rawValue), updated_at = now(),
                    started_at = case when \(change.state == .starting) then least(\(at), now()) else started_at end,
                    ready_at = case when \(isReady) then least(\(at), now()) else ready_at end
                where id = \(agent.id)
                """)
        }
    }

    private func write(
        _ report: AgentReport, length: Int, isFull: Bool, _ agent: AgentIdentity, _ transaction: Transaction
    ) async throws -> Bool {
        guard !report.logs.isEmpty || report.logsOverflowed else { return true }
        var (length, hasRoom) = (length, !isFull)
        var kept: [AgentLogLine] = []
        for line in report.logs where hasRoom {
            hasRoom = length + line.text.utf8.count <= Self.logsMaxBytes
            if hasRoom {
                length += line.text.utf8.count
                kept.append(line)
            }
        }
        let sources = Set(kept.map(\.sourceID)).compactMap { text in UUID(text).map { (text, $0) } }
        let known = Dictionary(uniqueKeysWithValues: sources)
        // A line of a source that is no identifier is the agent's own.
        try await transaction.query(
            """
            insert into workspace_agent_logs (agent_id, id, log_source_id, created_at, level, output)
            select \(agent.id), (select coalesce(max(id), 0) from workspace_agent_logs where agent_id = \(agent.id)) + place, source, at, level, output
            from unnest(\(kept.map { known[$0.sourceID] ?? .zero }), \(kept.map { Self.time($0.at) }), \(kept.map(\.level.rawValue)),
                \(kept.map { Self.storable($0.text) })) with ordinality as line (source, at, level, output, place)
            """)
        try await transaction.query(
            """
            update workspace_agents set logs_length = \(length), logs_overflowed = \(!hasRoom || report.logsOverflowed) where id = \(agent.id)
            """)
        return hasRoom
    }

    private func writeResults(_ report: AgentReport, _ agent: AgentIdentity, _ transaction: Transaction) async throws {
        for result in report.scripts {
            guard let id = UUID(result.scriptID) else { continue }  // none of ours
            try await transaction.query(
                """
                update workspace_agent_scripts set exit_code = \(result.exitCode), status = \(result.status.rawValue)
                where id = \(id) and agent_id = \(agent.id)
                """)
        }
        for result in report.metadata {
            try await transaction.query(
                """
                update workspace_agent_metadata set value = \(Self.storable(String(result.value.prefix(10_240)))),
                    error = \(Self.storable(String(result.error.prefix(2048)))), collected_at = \(Self.time(result.collectedAt))
                where agent_id = \(agent.id) and key = \(result.key)
                """)
        }
        for health in report.appHealth {
            guard let id = UUID(health.appID) else { continue }  // none of ours
            try await transaction.query(
                "update workspace_apps set health = \(health.state.rawValue) where id = \(id) and agent_id = \(agent.id)")
        }
        if let stats = report.stats, stats.sshSessions + stats.terminals + stats.ports > 0 {
            try await transaction.query("update workspaces set last_used_at = now() where id = \(agent.workspaceID)")
        }
    }

    /// From an agent's clock, which may be anything.
    private static func time(_ milliseconds: Int) -> Timestamp {
        Timestamp(microseconds: Int64(min(max(milliseconds, 0), 253_402_300_799_000)) * 1000)
    }

    /// PostgreSQL keeps no zero in a text.
    private static func storable(_ text: String) -> String {
        text.contains("\0") ? String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : text
    }
}
