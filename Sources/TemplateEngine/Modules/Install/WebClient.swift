import Glibc
import Processes

/// Asks web servers, by `curl`. What may be secret goes to it through a pipe: anybody can read the arguments of a process.
struct WebClient: Sendable {
    let options: ModuleInstallOptions

    struct Answer: Sendable {
        var status: Int
        /// Of the last answer, names in lower case.
        var headers: [String: String]
        var body: [UInt8]
        /// After redirections.
        var url: SourceURL
    }

    /// Follows redirections.
    ///
    /// - Parameters:
    ///   - token: goes to this host only.
    ///   - sizeMax: of the body.
    /// - Throws: ``ModuleFetchError`` if nobody answers, or too much; `CancellationError`.
    func get(_ url: SourceURL, token: String? = nil, sizeMax: Int) async throws -> Answer {
        var lines = ["url = \(Self.quoted(url.text))"]
        if let token { lines.append("header = \(Self.quoted("Authorization: Bearer \(token)"))") }
        let seconds = String(max(1, options.timeout.components.seconds))
        var command = ProcessCommand(
            [
                "curl", "--disable", "--config", "-", "--silent", "--show-error", "--location", "--globoff", "--max-redirs", "10",
                "--proto", "=http,https", "--connect-timeout", seconds, "--max-time", seconds, "--max-filesize", String(sizeMax),
                "--include",
                "--suppress-connect-headers", "--write-out", "%{stderr}%{url_effective}", "--user-agent", "Berth (Terraform modules)",
            ], environment: options.variables)
        command.input = Array(lines.joined(separator: "\n").utf8)
        command.timeout = options.timeout + .seconds(5)
        // Headers come along with the body.
        command.outputSizeMax = sizeMax + (1 << 20)
        let result: ProcessResult
        do { result = try await command.run() } catch let error as ProcessError { throw ModuleFetchError("\(error)") }
        let said = String(decoding: result.errorOutput, as: UTF8.self)
        guard result.isSuccess else {
            throw ModuleFetchError(Self.problem(said, result.status) + " (GET \(url.redacted))")
        }
        guard !result.isTruncated, let effective = SourceURL(said.split(separator: "\n").last.map(String.init) ?? "") else {
            throw ModuleFetchError("the answer is larger than \(sizeMax) bytes (GET \(url.redacted))")
        }
        return try Self.answer(result.output, effective)
    }

    /// Takes a series of heads and the last body apart.
    private static func answer(_ output: [UInt8], _ url: SourceURL) throws(ModuleFetchError) -> Answer {
        var rest = output[...]
        while true {
            guard let end = headEnd(rest) else { throw ModuleFetchError("what answers is no web server (GET \(url.redacted))") }
            let lines = String(decoding: rest[..<end.head], as: UTF8.self).split(whereSeparator: \.isNewline)
            rest = rest[end.body...]
            let words = lines.first?.split(separator: " ") ?? []
            guard words.count > 1, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
                throw ModuleFetchError("what answers is no web server (GET \(url.redacted))")
            }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
            }
            let isFollowed = 300..<400 ~= status && headers["location"] != nil
            if status >= 200, !isFollowed { return Answer(status: status, headers: headers, body: Array(rest), url: url) }
        }
    }

    private static func headEnd(_ bytes: ArraySlice<UInt8>) -> (head: Int, body: Int)? {
        guard bytes.starts(with: "HTTP/".utf8) else { return nil }
        var lineStart = bytes.startIndex
        while let end = bytes[lineStart...].firstIndex(of: 0x0A) {
            let line = bytes[lineStart..<end]
            if line.isEmpty || line.elementsEqual([0x0D]) { return (lineStart, end + 1) }
            lineStart = end + 1
        }
        return nil
    }

    private static func problem(_ said: String, _ status: ProcessResult.Status) -> String {
        let line = said.split(separator: "\n").first.map(String.init) ?? ""
        // "curl: (7) Failed to connect to …"
        guard line.hasPrefix("curl: ("), let end = line.firstIndex(of: ")") else { return "curl failed: \(status)" }
        let text = line[line.index(after: end)...].drop { $0 == " " }
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// For a line of curl's configuration.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text where character != "\n" && character != "\r" {
            if character == "\"" || character == "\\" { result += "\\" }
            result.append(character)
        }
        return result + "\""
    }
}
