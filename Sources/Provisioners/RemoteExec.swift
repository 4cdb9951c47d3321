import Glibc
package import HCL
package import ProviderKit

/// `provisioner "remote-exec"`: runs scripts on a machine.
package struct RemoteExec: Provisioner {
    package let name = "remote-exec"

    package let schema = BlockSchema(attributes: [
        "inline": AttributeSchema(.list(.string), .optional, "The lines of a script."),
        "script": AttributeSchema(.string, .optional, "The path of a script here."),
        "scripts": AttributeSchema(.list(.string), .optional, "The paths of scripts here, run one after the other."),
    ])

    private static let scriptSizeMax = 16 << 20

    package init() {}

    package func validate(_ configuration: Value) -> [ProviderFinding] {
        let given = ["inline", "script", "scripts"].count { configuration.members?[$0]?.isNull == false }
        guard given != 1 else { return [] }
        return [
            ProviderFinding(
                .error, "Invalid remote-exec provisioner configuration",
                #"Only one of "inline", "script", or "scripts" must be set"#)
        ]
    }

    package func run(_ configuration: Value, connection: Value, _ operation: ProvisionerOperation) async throws {
        try await named(name) {
            let connection = try SSHConnection(connection, operation)
            let scripts = try Self.scripts(configuration, in: operation.environment.directory)
            let output = operation.output
            try await connection.perform { session in
                for script in scripts { try Self.run(script, at: connection.scriptPath, session, output) }
            }
        }
    }

    /// The texts of all scripts, so that none runs if one of them is not there.
    private static func scripts(_ configuration: Value, in directory: String) throws(SSHError) -> [[UInt8]] {
        if let lines = configuration.members?["inline"]?.elements {
            var texts: [String] = []
            for line in lines {
                guard let text = line.stringValue else { throw SSHError("invalid null string in 'inline'") }
                texts.append(text)
            }
            return [Array((texts.joined(separator: "\n") + "\n").utf8)]
        }
        var paths: [Value] = []
        if let script = configuration.members?["script"], !script.isNull { paths.append(script) }
        paths += configuration.members?["scripts"]?.elements ?? []
        var result: [[UInt8]] = []
        for path in paths {
            guard let path = path.stringValue, !path.isEmpty else { throw SSHError("invalid empty string in 'scripts'") }
            let file: LocalFile
            do { file = try LocalFile(LocalFile.absolute(path, in: directory), named: path) } catch {
                throw SSHError("Failed to open script '\(path)': \(error)")
            }
            var text: [UInt8] = []
            while let piece = try file.next() {
                text += piece
                guard text.count <= scriptSizeMax else { throw SSHError("script '\(path)' is larger than \(scriptSizeMax >> 20) MiB") }
            }
            result.append(text)
        }
        return result
    }

    private static func run(
        _ script: [UInt8], at path: String?, _ session: SSHSession, _ output: @escaping @Sendable (String) -> Void
    ) throws {
        var script: [UInt8]? = script.starts(with: "#!".utf8) ? script : Array("#!/bin/sh\n".utf8) + script
        let number = String(UInt32.random(in: 0 ... .max))
        let place = path.map { $0.split(separator: "%RAND%", omittingEmptySubsequences: false).joined(separator: number).shellQuoted }
        let uploaded: String
        do {
            // Nobody else may see it: it may hold passwords.
            uploaded = try session.feed(
                "umask 077; file=\(place ?? "${TMPDIR:-/tmp}/terraform_\(number).sh"); rm -f -- \"$file\"; "
                    + "cat > \"$file\" && chmod 0700 -- \"$file\" && printf %s \"$file\""
            ) {
                defer { script = nil }
                return script
            }
        } catch let error as SSHError { throw SSHError("Failed to upload script: \(error)") }
        var (lines, errorLines) = (LineSplitter(), LineSplitter())
        // Of whatever shell the user has, this is the path of a program.
        let end = try session.run(uploaded.shellQuoted) { bytes, isError in
            if isError { errorLines.add(bytes, output) } else { lines.add(bytes, output) }
        }
        lines.end(output)
        errorLines.end(output)
        // It has run: what is left of it is of no use, and no reason to fail.
        _ = try session.run("rm -f -- \(uploaded.shellQuoted)") { _, _ in }
        guard end.isSuccess else { throw SSHError("error executing \(uploaded.goQuoted): \(end.description)") }
    }
}
