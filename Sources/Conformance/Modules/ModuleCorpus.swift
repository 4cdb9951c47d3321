import HCL
import Providers
import Provisioners
import TemplateConfiguration
import TemplateEvaluation
import TemplateState
import Threads

/// Runs the tests that modules of a registry bring along: `NAMESPACE/modules/NAME/*.tftest.hcl`.
struct ModuleCorpus {
    let directory: String
    var catalog = ProviderCatalog(standardProviders(), provisioners: allProvisioners())

    /// Prints what failed and what could not be run.
    func run(limit: Int, print: @Sendable (String) -> Void) async -> (passed: Int, failed: Int, skipped: Int) {
        var counts = (passed: 0, failed: 0, skipped: 0)
        for module in modules(directory) {
            for name in Files.names(in: module) where name.hasSuffix(".tftest.hcl") {
                let file = String("\(module)/\(name)".dropFirst(directory.count + 1))
                guard let (test, configuration) = await prepare(module, name, file, print) else {
                    counts.skipped += 1
                    continue
                }
                var state: State?
                for run in test.runs {
                    let (problem, after) = await ModuleTestRun(run: run, configuration: configuration, catalog: catalog).perform(state)
                    state = after
                    counts.passed += problem == nil ? 1 : 0
                    counts.failed += problem == nil ? 0 : 1
                    if let problem, counts.failed <= limit { print("FAIL \(file) \(run.name): \(problem)") }
                }
            }
        }
        return counts
    }

    /// Nil if it cannot be run here, and says why.
    private func prepare(_ module: String, _ name: String, _ file: String, _ print: @Sendable (String) -> Void) async -> (
        ModuleTest, Configuration
    )? {
        guard let bytes = Files.read("\(module)/\(name)") else { return nil }
        let (test, problem) = ModuleTest.read(bytes, file: name)
        guard let test else {
            print("SKIP \(file): \(problem ?? "it cannot be read")")
            return nil
        }
        let resolver = RegistryTree(directory: directory)
        do {
            let (configuration, found) = try await DeepStack.run { ConfigurationLoader(resolver: resolver).load(Files.resolved(module)) }
            let missing = configuration.modules.values.flatMap { module in
                module.resources.values.map { module.provider(named: $0.providerReference.localName) }.filter { catalog[$0] == nil }
            }
            if let error = found.first(where: { $0.severity == .error }) {
                print("SKIP \(file): \(error.summary) \(error.subject?.description ?? "")")
                return nil
            }
            if let provider = missing.first {
                print("SKIP \(file): there is no provider \(provider.displayName)")
                return nil
            }
            return (test, configuration)
        } catch {
            print("SKIP \(file): \(error)")
            return nil
        }
    }

    private func modules(_ directory: String) -> [String] {
        let names = Files.names(in: directory)
        if names.contains("main.tf") { return [directory] }
        return names.flatMap { modules("\(directory)/\($0)") }
    }
}

/// Finds `HOST/NAMESPACE/NAME/SYSTEM` in a registry's repository.
private struct RegistryTree: ModuleResolver, Sendable {
    let directory: String

    func directory(for call: ModuleCall, at address: ModuleAddress, from caller: String) -> String? {
        let parts = call.source.split(separator: "/")
        guard parts.count == 4 else { return nil }
        let path = "\(directory)/\(parts[1])/modules/\(parts[2])"
        return Files.names(in: path).isEmpty ? nil : path
    }
}
