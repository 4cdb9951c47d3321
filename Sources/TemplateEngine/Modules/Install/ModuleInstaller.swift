package import HCL
import Synchronization
package import TemplateConfiguration
import Threads

/// Fetches, once, all modules that a template calls from elsewhere, and those that they call.
package struct ModuleInstaller: Sendable {
    private let options: ModuleInstallOptions
    package let store: ModuleStore

    /// Parsing recurses as deep as a template nests.
    private static let stackSizeBytes = 512 << 20

    package init(_ options: ModuleInstallOptions) {
        self.options = options
        store = ModuleStore(options)
    }

    /// What a template came to.
    package struct Result: Sendable {
        package var lock: ModuleLock
        package var configuration: Configuration
        /// Of loading, and of what could not be fetched.
        package var diagnostics: Diagnostics
    }

    /// Loads a template, fetching what the lock does not have.
    ///
    /// - Parameters:
    ///   - root: the directory of the root module, absolute.
    ///   - lock: of an earlier time; what still fits is not fetched again.
    /// - Throws: `CancellationError`, or what the system refuses; all that is wrong with the template is in the diagnostics.
    package func install(_ root: String, lock old: ModuleLock = ModuleLock()) async throws -> Result {
        var lock = old
        var found: [Request: PackageFetcher.Fetched] = [:]
        var versions: [RegistryModule: [SemanticVersion]] = [:]
        var problems: [String: Diagnostic] = [:]
        while true {
            let (configuration, diagnostics, missing, used) = try await load(root, lock)
            let new = missing.filter { problems[$0.key] == nil }
            if new.isEmpty {
                lock.entries = lock.entries.filter { used.contains($0.key) }
                return Result(lock: lock, configuration: configuration, diagnostics: Self.merge(diagnostics, missing, problems))
            }
            for call in new {
                do {
                    lock.entries[call.key] = try await entry(for: call, &found, &versions)
                } catch let error as ModuleFetchError {
                    problems[call.key] = call.diagnostic(error)
                } catch let error as TemplateArchiveError {
                    problems[call.key] = call.diagnostic(ModuleFetchError("\(error)"))
                }
            }
        }
    }

    /// What is fetched once, however many calls name it.
    private struct Request: Hashable {
        var package: ModulePackage
        var version: SemanticVersion?
    }

    private func entry(
        for call: MissingModule, _ found: inout [Request: PackageFetcher.Fetched], _ versions: inout [RegistryModule: [SemanticVersion]]
    ) async throws -> ModuleLock.Entry {
        let package = try ModulePackage(parsing: call.call.source)
        var request = Request(package: package)
        if case .registry(let module) = package.place {
            request.version = try await VersionChoice(options: options).choose(module, call, &versions)
        }
        if found[request] == nil {
            guard found.count < options.packagesMax else {
                throw ModuleFetchError("the template fetches more than \(options.packagesMax) modules")
            }
            found[request] = try await PackageFetcher(options: options, store: store).fetch(package, version: request.version)
        }
        guard let fetched = found[request] else { throw ModuleFetchError("nothing was fetched") }
        return ModuleLock.Entry(
            source: call.call.source, version: request.version?.description, resolved: fetched.resolved, sha256: fetched.sha256,
            subdirectory: fetched.subdirectory)
    }

    private func load(_ root: String, _ lock: ModuleLock) async throws -> (Configuration, Diagnostics, [MissingModule], Set<String>) {
        let store = store
        return try await OwnThread.run("berth-modules", stackSizeBytes: Self.stackSizeBytes) {
            let resolver = RecordingResolver(LockedModules(lock, in: store))
            let (configuration, diagnostics) = ConfigurationLoader(resolver: resolver).load(root)
            return (configuration, diagnostics, resolver.missing, resolver.used)
        }
    }

    /// Why a module is not there, in place of that it is not there.
    private static func merge(_ diagnostics: Diagnostics, _ missing: [MissingModule], _ problems: [String: Diagnostic]) -> Diagnostics {
        let told = missing.filter { problems[$0.key] != nil }.map(\.call.range)
        return diagnostics.filter { diagnostic in
            diagnostic.summary != "Module not installed" || !told.contains { $0 == diagnostic.subject }
        } + missing.compactMap { problems[$0.key] }
    }
}

/// A call that leads to nothing yet.
struct MissingModule: Sendable {
    var key: String
    var call: ModuleCall

    func diagnostic(_ error: ModuleFetchError) -> Diagnostic {
        let place = call.sourceRange ?? call.range
        let line = "\(place.file):\(place.start.line)"
        let source = (try? ModulePackage(parsing: call.source).description) ?? ModulePackage.redacted(call.source)
        let detail =
            error.isDetail
            ? error.description
            : "Could not download module \(call.name.goQuoted) (\(line)) source code from \(source.goQuoted): \(error.description)."
        return .error(error.summary, detail, subject: place)
    }
}

/// Remembers what it was asked for and could not find.
private final class RecordingResolver: ModuleResolver {
    private let modules: LockedModules
    private let state = Mutex((missing: [MissingModule](), used: Set<String>()))

    init(_ modules: LockedModules) { self.modules = modules }

    var missing: [MissingModule] { state.withLock { $0.missing } }
    var used: Set<String> { state.withLock { $0.used } }

    func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? {
        let found = modules.directory(for: call, at: address, from: directory)
        let key = ModuleLock.key(address)
        state.withLock { state in
            if found == nil { state.missing.append(MissingModule(key: key, call: call)) } else { state.used.insert(key) }
        }
        return found
    }

    func package(of directory: String) -> String { modules.package(of: directory) }
}
