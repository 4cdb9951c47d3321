import HCL
import JSON
import TemplateConfiguration

/// What the expressions of a plan document's configuration name, followed through variables and outputs of modules.
///
/// The document has no locals: what goes through one is not found here.
struct TerraformReferences {
    private(set) var all: [ConfiguredResourceAddress: [String: [ResourceSet.Target]]] = [:]
    private var modules: [ModuleAddress: JSONValue] = [:]
    /// The arguments of the call of each module.
    private var arguments: [ModuleAddress: JSONValue] = [:]

    init(_ configuration: JSONValue) {
        guard let root = configuration["root_module"] else { return }
        gather(root, .root)
        for (module, document) in modules {
            for resource in document["resources"]?.arrayValue ?? [] {
                // What has no address is not among the values either, where that is an error.
                guard let text = resource["address"]?.stringValue, let address = try? ResourceInstanceAddress.parse(text) else { continue }
                var found: [String: [ResourceSet.Target]] = [:]
                for (name, expression) in resource["expressions"]?.objectValue ?? [:] where ResourceSet.bindingAttributes.contains(name) {
                    let targets = resolve(expression, in: module)
                    if !targets.isEmpty { found[name] = targets }
                }
                if !found.isEmpty { all[ConfiguredResourceAddress(module, address.resource)] = found }
            }
        }
    }

    private mutating func gather(_ document: JSONValue, _ address: ModuleAddress) {
        modules[address] = document
        for (name, call) in document["module_calls"]?.objectValue ?? [:] {
            arguments[address.child(name)] = call["expressions"] ?? [:]
            if let module = call["module"] { gather(module, address.child(name)) }
        }
    }

    private func resolve(_ expression: JSONValue, in module: ModuleAddress, depth: Int = 0) -> [ResourceSet.Target] {
        // Variables and outputs lead back and forth between modules; no template goes on for long.
        guard depth < 100 else { return [] }
        var targets: [ResourceSet.Target] = []
        for reference in (expression["references"]?.arrayValue ?? []).compactMap(\.stringValue) {
            let words = reference.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if words.count >= 2, words[0] == "var", let parent = module.parent {
                targets += resolve(arguments[module]?[words[1]] ?? .null, in: parent, depth: depth + 1)
            } else if words.count >= 3, words[0] == "module" {
                let call = String(words[1].prefix { $0 != "[" })
                let output = modules[module.child(call)]?["outputs"]?[words[2]]?["expression"]
                targets += resolve(output ?? .null, in: module.child(call), depth: depth + 1)
            } else if let address = ResourceInstanceAddress(startOf: reference) {
                targets.append(ResourceSet.Target(ConfiguredResourceAddress(module, address.resource), address.key))
            }
        }
        return targets.mostExact
    }
}

extension [ResourceSet.Target] {
    /// Without repetitions, and without a whole resource where one of its instances is named.
    var mostExact: [ResourceSet.Target] {
        var seen: Set<ResourceSet.Target> = []
        return filter { target in
            seen.insert(target).inserted && (target.key != nil || !contains { $0.resource == target.resource && $0.key != nil })
        }
    }
}
