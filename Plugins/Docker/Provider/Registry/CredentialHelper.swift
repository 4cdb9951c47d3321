import DockerEngine
import HCL
import JSON
import Processes
import ProviderKit

/// A program that keeps credentials for the Docker command: `docker-credential-NAME`.
struct CredentialHelper {
    /// What a configuration calls it: `pass`, `ecr-login`.
    let name: String
    let variables: [String: String]

    private static let timeout = Duration.seconds(30)
    private static let outputSizeMax = 64 << 10

    /// What it knows of a registry; nil if nothing.
    ///
    /// - Parameter address: as the configuration writes it.
    func credentials(for address: String) async throws -> RegistryCredentials? {
        let program = "docker-credential-\(name)"
        func failure(_ reason: String) -> ProviderError {
            ProviderError(
                "Unable to ask a credential helper", "\(program), asked for \(address.goQuoted): \(reason)", at: .attribute("registry_auth")
            )
        }
        // It becomes a part of the name of a program.
        guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else { throw failure("that is no name of a program") }
        let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        var command = ProcessCommand([program, "get"], environment: path.merging(variables) { $1 })
        command.input = Array(address.utf8)
        command.timeout = Self.timeout
        command.outputSizeMax = Self.outputSizeMax
        let result: ProcessResult
        do {
            result = try await command.run()
        } catch let error as ProcessError {
            throw failure("\(error)")
        }
        let output = String(decoding: result.output, as: UTF8.self)
        guard result.isSuccess else {
            // Helpers say so on their output, in these words of the protocol.
            if output.contains("credentials not found") { return nil }
            let words = (output + String(decoding: result.errorOutput, as: UTF8.self)).split(whereSeparator: \.isNewline).first
            throw failure(words.map { String($0.prefix(300)) } ?? "it failed without a word")
        }
        // What it printed may hold a secret: no error may quote it.
        guard !result.isTruncated, let answer = try? JSONValue(parsing: output), let secret = answer["Secret"]?.stringValue,
            let userName = answer["Username"]?.stringValue
        else { throw failure("its answer is no JSON with a Username and a Secret") }
        return userName == "<token>"
            ? RegistryCredentials(identityToken: secret, serverAddress: address)
            : RegistryCredentials(userName: userName, password: secret, serverAddress: address)
    }
}
