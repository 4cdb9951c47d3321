import HCL

/// Gathers the entries of an archive, and refuses what breaks the rules as soon as it comes.
struct TemplateArchiveBuilder {
    static let pathSizeMax = 4096
    static let nameSizeMax = 255

    let limits: TemplateArchive.Limits
    private var contents: [String: TemplateArchive.Content] = [:]
    private var size = 0

    init(_ limits: TemplateArchive.Limits) { self.limits = limits }

    /// Takes a file only if there is room for it; to be asked before its bytes are read.
    func checkRoom(for size: Int, _ path: String) throws(TemplateArchiveError) {
        guard size <= limits.fileSizeMax else {
            throw TemplateArchiveError("it is larger than \(Self.mebibytes(limits.fileSizeMax))", entry: path)
        }
        guard self.size + size <= limits.totalSizeMax else {
            throw TemplateArchiveError("with it the files are larger than \(Self.mebibytes(limits.totalSizeMax)) in all", entry: path)
        }
    }

    /// Adds an entry under the path that the archive has for it.
    mutating func add(_ rawPath: String, _ content: TemplateArchive.Content) throws(TemplateArchiveError) {
        let path = try Self.path(rawPath)
        // The directory that everything is in.
        if path.isEmpty {
            guard content == .directory else { throw TemplateArchiveError("it has no name", entry: rawPath) }
            return
        }
        guard contents[path] == nil else { throw TemplateArchiveError("it is there twice", entry: rawPath) }
        guard contents.count < limits.entriesMax else {
            throw TemplateArchiveError("there are more than \(limits.entriesMax) entries", entry: rawPath)
        }
        switch content {
        case .file(let bytes, _):
            try checkRoom(for: bytes.count, rawPath)
            size += bytes.count
        case .link(let target): try Self.check(target, ofLinkAt: path, rawPath)
        case .directory: break
        }
        contents[path] = content
    }

    /// What an earlier entry is, by the path that the archive has for it.
    func content(_ rawPath: String) throws(TemplateArchiveError) -> TemplateArchive.Content? { contents[try Self.path(rawPath)] }

    /// All entries with the directories they are in.
    func finish() throws(TemplateArchiveError) -> [TemplateArchive.Entry] {
        var all = contents
        for path in contents.keys {
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/") {
                parent = parent[..<slash]
                switch all[String(parent)] {
                case nil: all[String(parent)] = .directory
                case .directory: break
                case .file, .link: throw TemplateArchiveError("it is below \(String(parent).goQuoted), which is no directory", entry: path)
                }
            }
            guard all.count <= limits.entriesMax else {
                throw TemplateArchiveError("with its directories there are more than \(limits.entriesMax) entries", entry: path)
            }
        }
        return all.map { TemplateArchive.Entry($0, $1) }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The path without what has no meaning; empty for the top.
    private static func path(_ rawPath: String) throws(TemplateArchiveError) -> String {
        guard rawPath.utf8.first != UInt8(ascii: "/") else { throw TemplateArchiveError("its path is absolute", entry: rawPath) }
        guard rawPath.utf8.count <= pathSizeMax else {
            throw TemplateArchiveError("its path is too long", entry: String(rawPath.prefix(100)))
        }
        guard rawPath.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw TemplateArchiveError("its path has control characters", entry: rawPath)
        }
        let names = rawPath.split(separator: "/").filter { $0 != "." }
        guard !names.contains("..") else { throw TemplateArchiveError("its path has \"..\" in it", entry: rawPath) }
        guard names.allSatisfy({ $0.utf8.count <= nameSizeMax }) else { throw TemplateArchiveError("its name is too long", entry: rawPath) }
        return names.joined(separator: "/")
    }

    /// A link may go up, but not out, and only then down: after a name that may be a link itself, ".." could lead anywhere.
    private static func check(_ target: String, ofLinkAt path: String, _ rawPath: String) throws(TemplateArchiveError) {
        let leaves = TemplateArchiveError("it is a link that leads out of the archive, to \(target.goQuoted)", entry: rawPath)
        guard !target.isEmpty, target.utf8.first != UInt8(ascii: "/"), target.utf8.count <= pathSizeMax else { throw leaves }
        guard target.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw TemplateArchiveError("it is a link to a path with control characters", entry: rawPath)
        }
        let names = target.split(separator: "/").filter { $0 != "." }
        let up = names.prefix { $0 == ".." }.count
        let depth = path.split(separator: "/").count - 1
        guard up <= depth, !names.dropFirst(up).contains("..") else { throw leaves }
    }

    private static func mebibytes(_ size: Int) -> String { size >= 1 << 20 ? "\(size >> 20) MiB" : "\(size) bytes" }
}
