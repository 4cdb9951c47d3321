import AgentMachine
import Glibc
import Logging
import NIOPosix

/// The agent as a program: arguments and environment in, logs on standard error, until a signal ends it.
package enum AgentMain {
    package static let usage = """
        usage: berth-agent [--url URL] [--token-file FILE] [--log-dir DIRECTORY] [--data-dir DIRECTORY] [--log-level LEVEL]

        Connects a workspace to its server, and does there what the workspace's template says.

          BERTH_AGENT_URL, CODER_AGENT_URL       the server's access URL
          BERTH_AGENT_TOKEN, CODER_AGENT_TOKEN   the agent's token; or in a file: …_TOKEN_FILE
          BERTH_AGENT_CA                         certificates to trust: PEM text, or a file
          BERTH_AGENT_LOG_LEVEL                  trace, debug, info, notice, warning, error
        """

    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit status.
    package static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        let settings: AgentSettings
        do { settings = try AgentSettings(arguments: arguments, environment: environment) } catch {
            // As all programs do: what is wrong, and who says so.
            Console.complain("berth-agent: \(error)")
            return 2
        }
        // Children must not learn more than they need from us either.
        for name in ["BERTH_AGENT_TOKEN", "CODER_AGENT_TOKEN"] { unsetenv(name) }
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        var logger = Logger(label: "berth-agent") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let signals: TerminationSignals
        do { signals = try TerminationSignals() } catch {
            Console.complain("berth-agent: \(error)")
            return 1
        }
        let run = Task { try await AgentRun(settings, group, logger).run() }
        signals.onSignal { run.cancel() }
        do { try await run.value } catch is CancellationError {} catch {
            logger.error("the agent ends", metadata: ["error": "\(error)"])
            return 1
        }
        return 0
    }
}
