import Glibc
package import HCL

/// Reads a configuration from files: the root module, and those that it calls.
package struct ConfigurationLoader {
    /// Knows the modules with sources other than paths.
    package var resolver: any ModuleResolver
    /// Where files and modules may be; the directory of the root module if nil.
    package var allowedRoot: String?

    package static let depthMax = 32
    package static let modulesMax = 1_000

    package init(resolver: any ModuleResolver = NoModules(), allowedRoot: String? = nil) {
        self.resolver = resolver
        self.allowedRoot = allowedRoot
    }

    /// Reads everything. With errors, what is there is fit for looking at only.
    ///
    /// - Parameter root: the directory of the root module, absolute.
    package func load(_ root: String) -> (Configuration, Diagnostics) {
        var run = LoadingRun(resolver: resolver, root: root, allowedRoot: allowedRoot)
        run.load(ConfigurationDirectory(path: run.root, name: "."), as: .root)
        var passing = ProviderPassing(run.configuration)
        passing.check()
        return (
            run.configuration,
            run.diagnostics + passing.diagnostics + run.configuration.versionsOfBuiltIn + run.configuration.backendMistakes
        )
    }
}

private struct LoadingRun {
    let resolver: any ModuleResolver
    let root: String
    let allowedRoot: String
    var configuration: Configuration
    var diagnostics: Diagnostics = []
    /// What a directory holds is read once, however many calls lead there.
    private var loaded: [String: ModuleConfiguration] = [:]

    init(resolver: any ModuleResolver, root: String, allowedRoot: String?) {
        self.resolver = resolver
        self.root = ConfigurationFileReader.resolved(root) ?? root
        self.allowedRoot = allowedRoot.map { ConfigurationFileReader.resolved($0) ?? $0 } ?? self.root
        configuration = Configuration(modules: [:], sources: [:], rootDirectory: self.root)
    }

    /// - Parameter chain: the directories of the modules around this one.
    mutating func load(
        _ directory: ConfigurationDirectory, as address: ModuleAddress, source: String = ".", within chain: [String] = [],
        limit: String? = nil
    ) {
        let limit = limit ?? allowedRoot
        let module = module(in: directory, address, source: source, inside: limit)
        configuration.modules[address] = module
        if !address.isRoot, let declaration = module.imports.first {
            let detail = "An import block was detected in \("\(address)".goQuoted). Import blocks are only allowed in the root module."
            diagnostics.append(.error("Invalid import configuration", detail, subject: declaration.range))
        }
        // A root module with mistakes may call others by mistake.
        if address.isRoot, diagnostics.hasErrors { return }
        for call in module.moduleCalls.values.sorted(by: { $0.name < $1.name }) where !call.source.isEmpty {
            let child = address.child(call.name)
            guard let (path, childLimit) = self.directory(of: call, at: child, from: directory.path, limit) else { continue }
            if (chain + [directory.path]).contains(path) {
                refuse(call, "Module calls itself", "The module \(call.source.goQuoted) is one of those that this call is in, without end.")
            } else if child.calls.count > ConfigurationLoader.depthMax {
                refuse(
                    call, "Modules nested too deeply", "Modules can be nested up to \(ConfigurationLoader.depthMax) levels in each other.")
            } else if configuration.modules.count >= ConfigurationLoader.modulesMax {
                refuse(
                    call, "Too many modules", "A configuration can have up to \(ConfigurationLoader.modulesMax) modules, all calls counted."
                )
                return
            } else {
                let name = RelativePath.relative(path, to: root)
                load(
                    ConfigurationDirectory(path: path, name: name), as: child, source: call.source, within: chain + [directory.path],
                    limit: childLimit)
            }
        }
    }

    /// Where a call leads, links resolved, and the directory that local calls from there must stay in.
    private mutating func directory(of call: ModuleCall, at address: ModuleAddress, from caller: String, _ limit: String)
        -> (path: String, limit: String)?
    {
        guard ModuleSource.isLocal(call.source) else {
            if let found = resolver.directory(for: call, at: address, from: caller), let path = ConfigurationFileReader.resolved(found) {
                let package = ConfigurationFileReader.resolved(resolver.package(of: found)) ?? path
                if ConfigurationFileReader.isInside(path, limit) { return (path, limit) }
                configuration.packages.insert(package)
                return (path, package)
            }
            refuseMissing(call)
            return nil
        }
        let path = RelativePath.joined(caller, call.source)
        let resolved = ConfigurationFileReader.resolved(path)
        guard ConfigurationFileReader.isInside(resolved ?? path, limit) else {
            let detail = """
                The module source \(call.source.goQuoted) leads out of the template's directory; a module in a path must be inside of it.
                """
            diagnostics.append(.error("Module outside of the template", detail, subject: call.sourceRange ?? call.range))
            return nil
        }
        guard let resolved, isDirectory(resolved) else {
            refuseMissing(call)
            return nil
        }
        return (resolved, limit)
    }

    private mutating func refuseMissing(_ call: ModuleCall) {
        let detail = """
            This module is not yet installed. Run "terraform init" to install all modules required by this configuration.
            """
        refuse(call, "Module not installed", detail)
    }

    private mutating func refuse(_ call: ModuleCall, _ summary: String, _ detail: String) {
        diagnostics.append(.error(summary, detail, subject: call.range))
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private mutating func module(in directory: ConfigurationDirectory, _ address: ModuleAddress, source: String, inside limit: String)
        -> ModuleConfiguration
    {
        if let module = loaded[directory.path] { return module }
        var assembly = ModuleAssembly(directory: directory.name, address: address, source: source)
        var found: Diagnostics = []
        for file in directory.files(inside: limit, &found) {
            let name = directory.displayName(file.name)
            configuration.sources[name] = SourceFile(name: name, bytes: file.bytes)
            let (body, mistakes) = parse(file, name)
            found += mistakes
            assembly.add(ConfigurationFile(body, isOverride: file.isOverride, &found), isOverride: file.isOverride)
        }
        let module = assembly.finish(&found)
        loaded[directory.path] = module
        diagnostics += found
        return module
    }

    private func parse(_ file: ConfigurationDirectory.File, _ name: String) -> (Body, Diagnostics) {
        guard file.isJSON else { return Parser.parseFile(file.bytes, file: name) }
        let (document, diagnostics) = JSONSyntax.parseFile(file.bytes, file: name)
        return (document.body, diagnostics)
    }
}

extension Configuration {
    /// What is built into the engine has no versions of its own.
    fileprivate var versionsOfBuiltIn: Diagnostics {
        let isAsked = modules.values.contains { module in
            module.requiredProviders.values.contains { $0.address == .builtin && !$0.versions.isEmpty }
                || module.providers.values.contains {
                    module.provider(named: $0.reference.localName) == .builtin && !$0.versions.isEmpty
                }
        }
        let detail = "Cannot use \(ProviderAddress.builtin): built-in providers do not support explicit version constraints."
        return isAsked ? [.error("Invalid dependency on built-in provider", detail)] : []
    }

    /// A backend is configured before anything has a value.
    fileprivate var backendMistakes: Diagnostics {
        let attributes = root.backend?.body.justAttributes().0 ?? []
        return attributes.flatMap { $0.expression.evaluate(in: .constant).diagnostics }.filter { $0.severity == .error }
    }
}
