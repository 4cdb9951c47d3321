import ArgumentParser
import Glibc
import HostConfiguration
import HostServer
import Logging

/// `berth server`
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "server", abstract: "Run a server.")

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run() async throws {
        if arguments.contains("--help") || arguments.contains("-h") { return print(ServerHelp.text(columns: Self.columns)) }
        let settings: ServerSettings
        do { settings = try Self.settings(arguments) } catch {
            Terminal.note("error: \(error)")
            Terminal.note("\"berth server --help\" lists the options.")
            throw ExitCode(64)
        }
        var logger = Logger(label: "berth", factory: { _ in StreamLogHandler.standardError(label: "berth") })
        logger.logLevel = Logger.Level(rawValue: settings.text("log-level")) ?? .info
        let (server, isTold) = (BerthServer(settings, logger: logger), isatty(STDOUT_FILENO) == 1)
        do {
            try await cancellableBySignals {
                try await server.run { listening in
                    print("Berth listens. Its address is \(listening.accessURL)")
                    if listening.isNew { print("Nobody has signed up yet: berth login \(listening.accessURL)") }
                    if !isTold { fflush(stdout) }
                }
            }
        } catch is CancellationError {
            Terminal.note("stopped")
        } catch let error as ServerStartError {
            Terminal.note("error: \(error)")
            throw ExitCode.failure
        }
    }

    private static func settings(_ arguments: [String]) throws(ServerSettingsError) -> ServerSettings {
        var arguments = arguments
        var environment: [String: String] = [:]
        for prefix in ["CODER_", "BERTH_"] {
            for name in ServerOptions.all.map(\.variable) + ["CONFIG_PATH"] {
                if let value = getenv(prefix + name) { environment[prefix + name] = String(cString: value) }
            }
        }
        var path = environment["BERTH_CONFIG_PATH"] ?? environment["CODER_CONFIG_PATH"]
        if let index = arguments.firstIndex(of: "--config") {
            guard index + 1 < arguments.count else { throw ServerSettingsError(problems: ["--config needs a path"]) }
            path = arguments[index + 1]
            arguments.removeSubrange(index...index + 1)
        } else if let index = arguments.firstIndex(where: { $0.hasPrefix("--config=") }) {
            path = String(arguments[index].dropFirst("--config=".count))
            arguments.remove(at: index)
        }
        let file = try path.map { (path: $0, values: try ConfigurationFile.values(at: $0)) }
        return try ServerSettings(arguments: arguments, environment: environment, file: file)
    }

    private static var columns: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 40 ? Int(size.ws_col) : 100
    }
}
