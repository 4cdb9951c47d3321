import HCL

/// What a `source` that is no path names: something to fetch, and a directory in it.
struct ModulePackage: Sendable, Hashable, CustomStringConvertible {
    enum Place: Sendable, Hashable {
        case registry(RegistryModule)
        /// A repository; the branch, tag or commit to take from it.
        case git(SourceURL, reference: String?)
        /// An archive.
        case archive(SourceURL, ArchiveKind, checksum: ExpectedChecksum?)
        /// An address that answers with where the module is.
        case redirecting(SourceURL)
    }

    var place: Place
    /// Empty for the top; may have `*` in it.
    var subdirectory: String

    /// For messages, and to be stored: without secrets.
    var description: String {
        switch place {
        case .registry(let module): module.description
        case .git(let url, let reference): "git::\(url.redacted)" + (reference.map { "?ref=\($0)" } ?? "")
        case .archive(let url, _, _), .redirecting(let url): url.redacted
        }
    }
}

/// `[HOST/]NAMESPACE/NAME/SYSTEM`
struct RegistryModule: Sendable, Hashable, CustomStringConvertible {
    static let defaultHost = "registry.terraform.io"

    var host: String
    var namespace: String
    var name: String
    var system: String

    /// Below the service's URL, and in a mirror below the host.
    var path: String { "\(namespace)/\(name)/\(system)" }
    var description: String { host == Self.defaultHost ? path : "\(host)/\(path)" }
}

/// How the files of an archive are packed.
enum ArchiveKind: String, Sendable, CaseIterable {
    case zip
    case tar
    case gzip = "tar.gz"
    case xz = "tar.xz"
    case bzip2 = "tar.bz2"
    case zstandard = "tar.zst"

    /// The program that unpacks what our own readers do not know.
    var program: String? {
        switch self {
        case .zip, .tar, .gzip: nil
        case .xz: "xz"
        case .bzip2: "bzip2"
        case .zstandard: "zstd"
        }
    }

    private static let suffixes: [(String, ArchiveKind)] =
        allCases.map { ($0.rawValue, $0) } + [("tgz", .gzip), ("txz", .xz), ("tbz2", .bzip2), ("tzst", .zstandard)]

    /// By the name in `?archive=`.
    init?(named name: String) {
        guard let found = Self.suffixes.first(where: { $0.0 == name }) else { return nil }
        self = found.1
    }

    /// By the end of a path.
    init?(path: String) {
        guard let found = Self.suffixes.first(where: { path.lowercased().hasSuffix("." + $0.0) }) else { return nil }
        self = found.1
    }
}

/// `?checksum=`: what the hash of an archive must be.
struct ExpectedChecksum: Sendable, Hashable {
    var function: Checksum
    /// In hexadecimal digits, lower case.
    var digits: String

    /// Reads `sha256:0a1b…`, or just the digits.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        let digits = parts.last?.lowercased() ?? ""
        let function =
            parts.count == 2 ? Checksum(rawValue: String(parts[0])) : Checksum.allCases.first { $0.digitCount == digits.utf8.count }
        guard let function, digits.utf8.count == function.digitCount, digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) else { return nil }
        (self.function, self.digits) = (function, digits)
    }
}
