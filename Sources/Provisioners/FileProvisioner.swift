import Glibc
package import HCL
package import ProviderKit

/// `provisioner "file"`: brings a file, a directory or a text to a machine.
package struct FileProvisioner: Provisioner {
    package let name = "file"

    package let schema = BlockSchema(attributes: [
        "source": AttributeSchema(.string, .optional, "A file or directory here. Of a directory with a slash at its end, what is in it."),
        "content": AttributeSchema(.string, .optional, "A text, in place of a file."),
        "destination": AttributeSchema(.string, .required, "Where it goes on the machine."),
    ])

    private static let depthMax = 64

    package init() {}

    package func validate(_ configuration: Value) -> [ProviderFinding] {
        guard let source = configuration.members?["source"], let content = configuration.members?["content"] else { return [] }
        switch (source.isNull, content.isNull) {
        case (false, false): return [ProviderFinding(.error, "Cannot set both 'source' and 'content'")]
        case (true, true): return [ProviderFinding(.error, "Must provide one of 'source' or 'content'")]
        default: return []
        }
    }

    package func run(_ configuration: Value, connection: Value, _ operation: ProvisionerOperation) async throws {
        try await named(name) {
            let connection = try SSHConnection(connection, operation)
            let directory = operation.environment.directory
            guard let destination = configuration.members?["destination"]?.stringValue else { throw SSHError("destination is not known") }
            if let content = configuration.members?["content"]?.stringValue {
                try await connection.perform { session in
                    try Self.uploading { try session.upload(Array(content.utf8), to: destination) }
                }
                return
            }
            guard let source = configuration.members?["source"]?.stringValue else { throw SSHError("source is not known") }
            let path = LocalFile.absolute(source, in: directory)
            let isDirectory = try LocalFile.isDirectory(path, named: source)
            try await connection.perform { session in
                try Self.uploading {
                    if isDirectory {
                        try Self.uploadTree(path, named: source, to: destination, session)
                    } else {
                        let file = try LocalFile(path, named: source)
                        try session.upload(to: destination) { try file.next() }
                    }
                }
            }
        }
    }

    private static func uploading(_ body: () throws -> Void) throws {
        do { try body() } catch let error as SSHError { throw SSHError("Upload failed: \(error)") }
    }

    /// The directory itself if its path has no slash at the end: beside what is there, or as what is not there yet.
    private static func uploadTree(_ path: String, named source: String, to destination: String, _ session: SSHSession) throws {
        var target = destination
        if !source.hasSuffix("/"), let base = source.split(separator: "/").last, base != ".", base != ".." {
            let inside = destination + "/" + base
            let command = "if [ -d \(destination.shellQuoted) ]; then mkdir -p -- \(inside.shellQuoted) && echo inside; fi"
            if try session.feed(command, { nil }).contains("inside") { target = inside }
        }
        try upload(path, named: source, to: target, session, depth: 0)
    }

    private static func upload(_ path: String, named name: String, to destination: String, _ session: SSHSession, depth: Int) throws {
        guard depth < depthMax else { throw SSHError("\(name): directories are nested too deeply, or a link leads back") }
        try session.feed("mkdir -p -- \(destination.shellQuoted)") { nil }
        for entry in try LocalFile.names(in: path, named: name) {
            let (path, name, destination) = ("\(path)/\(entry)", "\(name)/\(entry)", "\(destination)/\(entry)")
            if try LocalFile.isDirectory(path, named: name) {
                try upload(path, named: name, to: destination, session, depth: depth + 1)
            } else {
                let file = try LocalFile(path, named: name)
                try session.upload(to: destination) { try file.next() }
            }
        }
    }
}

/// Runs it; what fails becomes an error of a provisioner.
func named(_ provisioner: String, _ body: () async throws -> Void) async throws {
    do { try await body() } catch let error as SSHError {
        throw ProviderError("\(provisioner) provisioner error", error.description)
    }
}
