import Glibc
import HCL
import Processes

/// Fetches repositories, by `git`.
struct GitClient: Sendable {
    let options: ModuleInstallOptions

    /// Gets the files of one commit into a directory that is not there yet; returns the commit.
    ///
    /// - Throws: ``ModuleFetchError`` with what git says, without secrets; `CancellationError`.
    func fetch(_ url: SourceURL, reference: String?, into directory: String) async throws -> String {
        guard url.scheme != "file" || options.allowsLocalRepositories else {
            throw ModuleFetchError("repositories on the server's own disk are not allowed")
        }
        let clone = ["clone", "--quiet", "--no-recurse-submodules"]
        // Anything else than a commit is fetched without history, if the server can do that.
        if let reference, Self.looksLikeCommit(reference) {
            try await git(clone + ["--no-checkout", "--", url.text, directory], url)
        } else {
            let what = (reference.map { ["--branch", $0] } ?? []) + ["--", url.text, directory]
            do { try await git(clone + ["--depth", "1"] + what, url) } catch let error as ModuleFetchError {
                guard error.description.contains("does not support shallow") else { throw error }
                try await git(clone + what, url)
            }
        }
        if let reference, Self.looksLikeCommit(reference) {
            try await git(["-C", directory, "checkout", "--quiet", "--detach", reference], url)
        }
        if access(directory + "/.gitmodules", F_OK) == 0 {
            try await git(["-C", directory, "submodule", "--quiet", "update", "--init", "--recursive", "--depth", "1"], url)
        }
        let commit = try await git(["-C", directory, "rev-parse", "HEAD"], url)
        return String(commit.prefix { $0.isHexDigit })
    }

    private static func looksLikeCommit(_ reference: String) -> Bool {
        (7...64).contains(reference.utf8.count) && reference.allSatisfy { $0.isHexDigit && $0.isASCII }
    }

    @discardableResult
    private func git(_ arguments: [String], _ url: SourceURL) async throws -> String {
        var protocols = ["protocol.allow=never"]
        for name in ["https", "http", "ssh"] + (options.allowsLocalRepositories ? ["file"] : []) {
            protocols.append("protocol.\(name).allow=always")
        }
        // Nothing of what is fetched runs, and nobody is asked for anything.
        let settings = protocols + ["core.hooksPath=/dev/null", "core.fsmonitor=false", "advice.detachedHead=false"]
        var variables = options.variables
        variables["GIT_TERMINAL_PROMPT"] = "0"
        variables["GIT_ASKPASS"] = "/bin/false"
        variables["LC_ALL"] = "C.UTF-8"
        if variables["GIT_SSH_COMMAND"] == nil { variables["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=30" }
        var command = ProcessCommand(["git"] + settings.flatMap { ["-c", $0] } + arguments, environment: variables)
        command.timeout = options.timeout
        command.outputSizeMax = 64 << 10
        let result: ProcessResult
        do { result = try await command.run() } catch let error as ProcessError {
            throw ModuleFetchError(
                error.code == ETIMEDOUT ? "git took longer than \(options.timeout.components.seconds) s for \(url.redacted)" : "\(error)")
        }
        guard result.isSuccess else { throw ModuleFetchError(problem(result, url)) }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// What git says, in a line.
    private func problem(_ result: ProcessResult, _ url: SourceURL) -> String {
        var text = String(decoding: result.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(4)
            .map { String($0.hasPrefix("fatal: ") ? $0.dropFirst(7) : $0) }.joined(separator: "; ")
        text = text.replacing(url.text, with: url.redacted)
        for secret in url.secrets { text = text.replacing(secret, with: "***") }
        return text.isEmpty ? "git failed for \(url.redacted)" : text
    }
}
