import APIClient
import ArgumentParser
import Foundation
import JSON
import NIOSSL

/// Options of every command that speaks to a server.
struct ClientOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("URL of the server; else BERTH_URL, CODER_URL, or where you are logged in.", valueName: "url"))
    var url: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A token, which other users of this machine may see; better in BERTH_SESSION_TOKEN or CODER_SESSION_TOKEN.", valueName: "token")
    )
    var token: String?

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("Certificates to trust instead of the system's, PEM; else BERTH_CA_FILE.", valueName: "path"))
    var caFile: String?

    /// - Throws: `ValidationError` if there is no server, or nobody is logged in.
    func client(needsToken: Bool = true) throws -> APIClient {
        let text = url ?? ClientSession.variable("BERTH_URL") ?? ClientSession.variable("CODER_URL") ?? ClientSession.url
        guard let text else { throw ValidationError("you are not logged in: run \"berth login URL\" first") }
        var client = try self.client(of: text)
        client.token =
            token ?? ClientSession.variable("BERTH_SESSION_TOKEN") ?? ClientSession.variable("CODER_SESSION_TOKEN")
            ?? (ServerURL(ClientSession.url ?? "") == client.url ? ClientSession.token : nil)
        if needsToken, client.token == nil {
            throw ValidationError("you are not logged in at \(client.url): run \"berth login \(client.url)\"")
        }
        return client
    }

    func client(of text: String) throws -> APIClient {
        guard let url = ServerURL(text) else {
            throw ValidationError("\"\(text)\" is not the URL of a server, as https://berth.example.org")
        }
        return APIClient(url: url, trust: try trust())
    }

    private func trust() throws -> [NIOSSLCertificate]? {
        guard let path = caFile ?? ClientSession.variable("BERTH_CA_FILE") else { return nil }
        do { return try NIOSSLCertificate.fromPEMFile(path) } catch {
            throw ValidationError("the certificates in \(path) cannot be read: \(error)")
        }
    }
}

/// A command that speaks to a server: what the server says is wrong is its error, without a usage text.
protocol ClientCommand: AsyncParsableCommand {
    func perform() async throws
}

extension ClientCommand {
    func run() async throws {
        do { try await perform() } catch let error as APIError {
            Terminal.note("error: \(error)")
            if error.status == 401 { Terminal.note("  Log in again: berth login") }
            throw ExitCode.failure
        }
    }
}

extension JSONValue {
    /// A text in an object; empty if it is not there.
    func text(_ name: String) -> String { self[name]?.stringValue ?? "" }

    /// A time in an object, in seconds from now; nil if it is not there, or is Go's zero.
    func seconds(fromNowTo name: String) -> Int? {
        guard let text = self[name]?.stringValue, !text.hasPrefix("0001-") else { return nil }
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        // Not a time that we know, so nothing is said of it.
        return (try? Date(text, strategy: format)).map { Int($0.timeIntervalSinceNow.rounded()) }
    }
}

/// A segment of a path.
func segment(_ text: String) -> String { ServerURL.encoded(text) }
