import HCL

/// The files of a template, or of a module, in one piece.
///
/// Whatever made it, every path is relative and stays inside, nothing is there twice, and no link leads out.
package struct TemplateArchive: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// `modules/a/main.tf`: relative, without `.` and `..`.
        package var path: String
        package var content: Content

        package init(_ path: String, _ content: Content) {
            self.path = path
            self.content = content
        }
    }

    package enum Content: Sendable, Hashable {
        case file([UInt8], isExecutable: Bool = false)
        case directory
        /// A symbolic link, as it reads from the directory it is in.
        case link(String)
    }

    /// How much is taken from somebody else.
    package struct Limits: Sendable, Hashable {
        package var fileSizeMax = 10 << 20
        package var totalSizeMax = 100 << 20
        package var entriesMax = 10_000

        package init() {}

        /// What a tar with that much in it can have in bytes, long names included.
        var tarSizeMax: Int { totalSizeMax + entriesMax * 4096 + (1 << 20) }
    }

    /// With all directories, sorted by the bytes of their paths.
    package let entries: [Entry]

    /// Takes the entries if they keep the rules.
    package init(_ entries: [Entry], limits: Limits = Limits()) throws(TemplateArchiveError) {
        var builder = TemplateArchiveBuilder(limits)
        for entry in entries { try builder.add(entry.path, entry.content) }
        try self.init(builder)
    }

    init(_ builder: TemplateArchiveBuilder) throws(TemplateArchiveError) { entries = try builder.finish() }

    /// Reads a tar, a tar compressed with gzip, or a zip.
    package init(reading bytes: [UInt8], limits: Limits = Limits()) throws(TemplateArchiveError) {
        if bytes.starts(with: [0x50, 0x4B]) {
            try self.init(ZipReader.read(bytes, limits))
        } else if bytes.starts(with: [0x1F, 0x8B]) {
            try self.init(TarReader.read(try Inflation.gunzip(bytes, sizeMax: limits.tarSizeMax), limits))
        } else {
            try self.init(TarReader.read(bytes, limits))
        }
    }

    /// What is there at a path.
    package subscript(path: String) -> Content? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].path == path { return entries[middle].content }
            if entries[middle].path.utf8.lexicographicallyPrecedes(path.utf8) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// As a tar: the same bytes for the same content, whoever made it and when.
    package func tar() -> [UInt8] { TarWriter.write(entries) }

    /// Names the content: the SHA-256 of ``tar()`` in hexadecimal digits.
    package var sha256: String { Checksum.sha256.hexadecimal(tar()) }
}

/// Why an archive is not taken.
package struct TemplateArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the entry at fault, as the archive has it; nil if it is the archive as a whole.
    package var entry: String?
    /// In lower case, without a period.
    package var problem: String

    init(_ problem: String, entry: String? = nil) {
        self.problem = problem
        self.entry = entry
    }

    package var description: String { entry.map { "\($0.goQuoted): \(problem)" } ?? problem }
}
