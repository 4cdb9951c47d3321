import Glibc
import HCL
import Synchronization

extension SSHSession {
    /// How much of what a command says goes into an error.
    private static let errorSizeMax = 4096

    /// Runs a command to its end.
    func run(_ command: String, output: (_ bytes: [UInt8], _ isError: Bool) throws -> Void) throws -> SSHCommandEnd {
        let channel = try SSHChannel.command(command, self)
        try channel.writeEnd()
        try channel.drain(output)
        return try channel.end()
    }

    /// Runs a command that reads from `input` until that gives nothing more; returns what it printed.
    ///
    /// - Throws: ``SSHError`` with what it printed, if it failed.
    @discardableResult
    func feed(_ command: String, _ input: () throws -> [UInt8]?) throws -> String {
        let channel = try SSHChannel.command(command, self)
        var writing: (any Error)?
        do {
            while let bytes = try input() { try channel.write(bytes) }
            try channel.writeEnd()
        } catch let error as SSHError {
            // A command that failed at once says better why than the data that it did not take.
            writing = error
        }
        var printed: [UInt8] = []
        try channel.drain { bytes, _ in printed += bytes.prefix(Self.errorSizeMax - min(printed.count, Self.errorSizeMax)) }
        let end = try channel.end()
        let text = String(decoding: printed, as: UTF8.self)
        guard end.isSuccess else {
            let said = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
            if said.isEmpty, let writing { throw writing }
            throw SSHError(said.isEmpty ? end.description : said)
        }
        if let writing { throw writing }
        return text
    }

    /// Makes a file of what `input` gives; an existing one is overwritten.
    func upload(to path: String, _ input: () throws -> [UInt8]?) throws {
        try feed("cat > \(path.shellQuoted)", input)
    }

    /// Makes a file of bytes.
    func upload(_ bytes: [UInt8], to path: String) throws {
        var rest: [UInt8]? = bytes
        try upload(to: path) {
            defer { rest = nil }
            return rest
        }
    }
}

extension String {
    /// As one word for a shell.
    var shellQuoted: String { "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'" }
}
