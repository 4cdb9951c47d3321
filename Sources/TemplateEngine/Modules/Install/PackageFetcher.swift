import Glibc
import HCL
import Processes
import TemplateConfiguration
import Threads

/// Brings the files of a package into the store, wherever they are.
struct PackageFetcher: Sendable {
    let options: ModuleInstallOptions
    let store: ModuleStore

    struct Fetched: Sendable {
        var sha256: String
        /// Where it came from.
        var resolved: String
        /// In it, with `*` replaced by what is there.
        var subdirectory: String
    }

    private static let redirectionsMax = 10
    /// Not part of a module, and different each time.
    private static let leftOut: Set = [".git", ".terraform"]

    private var mirror: ModuleMirror? { options.mirror.map { ModuleMirror(directory: $0) } }

    /// - Parameter version: of a module of a registry, as it has been chosen.
    func fetch(_ package: ModulePackage, version: SemanticVersion?) async throws -> Fetched {
        var package = package
        for _ in 0..<Self.redirectionsMax {
            if let found = try mirrored(package, version) {
                return try await keep(package, try await archive(at: found), from: "mirror: \(package)")
            }
            guard options.usesNetwork else {
                throw ModuleFetchError("the network is not used, and the mirror does not have it")
            }
            switch package.place {
            case .registry(let module):
                guard let version else { throw ModuleFetchError("no version of it has been chosen") }
                let location = try await RegistryClient(web: WebClient(options: options)).location(of: module, version)
                package = try Self.redirected(package, to: location)
            case .redirecting(let url):
                package = try Self.redirected(package, to: try await location(behind: url))
            case .archive(let url, let kind, let checksum):
                let answer = try await WebClient(options: options).get(url, sizeMax: options.downloadSizeMax)
                guard answer.status == 200 else { throw ModuleFetchError("bad response code: \(answer.status) (GET \(url.redacted))") }
                if let checksum, checksum.function.hexadecimal(answer.body) != checksum.digits {
                    throw ModuleFetchError(
                        "checksums did not match: expected \(checksum.digits), got \(checksum.function.hexadecimal(answer.body)) (GET \(url.redacted))"
                    )
                }
                return try await keep(package, try await unpack(answer.body, kind), from: url.redacted)
            case .git(let url, let reference):
                let directory = try store.makeTemporaryDirectory()
                defer { ModuleStore.remove(directory) }
                let commit = try await GitClient(options: options).fetch(url, reference: reference, into: directory + "/tree")
                return try await keep(package, try await archive(at: directory + "/tree"), from: "git::\(url.redacted)?ref=\(commit)")
            }
        }
        throw ModuleFetchError("one address leads to the next, more than \(Self.redirectionsMax) times")
    }

    private func mirrored(_ package: ModulePackage, _ version: SemanticVersion?) throws -> String? {
        guard case .registry(let module) = package.place else { return mirror?.tree(of: package.place) }
        // A version may be written in several ways.
        let name = mirror?.versions(of: module).first { $0.version == version }?.name
        return name.flatMap { mirror?.tree(of: module, $0) }
    }

    /// The package that an answer leads to; directories add up.
    private static func redirected(_ package: ModulePackage, to location: String) throws(ModuleFetchError) -> ModulePackage {
        var next = try ModulePackage(parsing: location)
        if case .registry = next.place { throw ModuleFetchError("the answer leads to a registry, to \(location.goQuoted)") }
        if case .git(let url, _) = next.place, url.scheme == "file" { throw ModuleFetchError("the answer leads to a file of this machine") }
        next.subdirectory = [next.subdirectory, package.subdirectory].filter { !$0.isEmpty }.joined(separator: "/")
        return next
    }

    /// What an address says in a header, or in a page's `<meta name="terraform-get" content="…">`.
    private func location(behind url: SourceURL) async throws -> String {
        var asking = url
        asking.query.append(("terraform-get", "1"))
        let answer = try await WebClient(options: options).get(asking, sizeMax: 1 << 20)
        guard answer.status == 200 || answer.status == 204 else {
            throw ModuleFetchError("bad response code: \(answer.status) (GET \(url.redacted))")
        }
        if let header = answer.headers["x-terraform-get"], !header.isEmpty {
            guard ["/", "./", "../"].contains(where: header.hasPrefix) else { return header }
            return answer.url.resolving(header)?.text ?? header
        }
        let page = String(decoding: answer.body, as: UTF8.self)
        if let match = page.firstMatch(of: #/<meta\s+name="terraform-get"\s+content="([^"]+)"/#.ignoresCase()) {
            return String(match.output.1)
        }
        throw ModuleFetchError("no source URL was returned, and the address does not end like that of an archive (GET \(url.redacted))")
    }

    /// Blocks while it reads, and so has a thread of its own.
    private func archive(at path: String) async throws -> TemplateArchive {
        let limits = options.limits
        return try await OwnThread.run("berth-modules") {
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                guard Int(status.st_size) <= options.downloadSizeMax else { throw ModuleFetchError("\(path) is too large") }
                return try TemplateArchive(reading: try FileBytes.read(path), limits: limits)
            }
            return try TemplateArchive(directory: path, leavingOut: Self.leftOut, limits: limits)
        }
    }

    private func unpack(_ bytes: [UInt8], _ kind: ArchiveKind) async throws -> TemplateArchive {
        var bytes = bytes
        let limits = options.limits
        if let program = kind.program {
            var command = ProcessCommand([program, "-dc"], environment: options.variables)
            command.input = bytes
            command.timeout = options.timeout
            command.outputSizeMax = limits.tarSizeMax
            let result: ProcessResult
            do { result = try await command.run() } catch let error as ProcessError { throw ModuleFetchError("cannot unpack it: \(error)") }
            guard !result.isTruncated else { throw ModuleFetchError("it unpacks to more than \(limits.tarSizeMax) bytes") }
            guard result.isSuccess else { throw ModuleFetchError("\(program) cannot unpack it: it is damaged, or of another kind") }
            bytes = result.output
        }
        let packed = bytes
        return try await OwnThread.run("berth-modules") { try TemplateArchive(reading: packed, limits: limits) }
    }

    private func keep(_ package: ModulePackage, _ archive: TemplateArchive, from resolved: String) async throws -> Fetched {
        let subdirectory = try archive.directory(matching: package.subdirectory)
        let store = store
        let hash = try await OwnThread.run("berth-modules") { try store.add(archive) }
        return Fetched(sha256: hash, resolved: resolved, subdirectory: subdirectory)
    }
}

extension TemplateArchive {
    /// The one directory that a path with `*` in it means.
    func directory(matching pattern: String) throws(ModuleFetchError) -> String {
        if pattern.isEmpty { return "" }
        let found = entries.filter { $0.content == .directory && fnmatch(pattern, $0.path, FNM_PATHNAME | FNM_PERIOD) == 0 }
        switch found.count {
        case 1: return found[0].path
        case 0:
            throw ModuleFetchError(
                "Unreadable module subdirectory", detail: "The directory \(pattern.goQuoted) does not exist within the target module.")
        default: throw ModuleFetchError("subdir \(pattern.goQuoted) matches multiple paths")
        }
    }
}
