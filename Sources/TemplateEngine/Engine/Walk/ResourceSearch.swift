import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Follows references through locals, variables, outputs and providers to the resources behind them.
struct ResourceSearch {
    let configuration: Configuration
    let catalog: ProviderCatalog
    private(set) var resources: Set<ConfiguredResourceAddress> = []
    private var seen: Set<Place> = []

    private struct Place: Hashable {
        var module: ModuleAddress
        var subject: Reference.Subject
    }

    init(configuration: Configuration, catalog: ProviderCatalog) {
        self.configuration = configuration
        self.catalog = catalog
    }

    mutating func follow(_ subject: Reference.Subject, in module: ModuleAddress) {
        guard seen.insert(Place(module: module, subject: subject)).inserted, let content = configuration[module] else { return }
        switch subject {
        case .local(let name): follow(content.locals[name]?.expression, in: module)
        case .input(let name): followArgument(name, of: module)
        case .resource(let address), .resourceInstance(let address, _):
            if content.resources[address] != nil { resources.insert(ConfiguredResourceAddress(module, address)) }
        case .module(let call), .moduleInstance(let call, _): followCall(call, output: nil, in: module)
        case .moduleOutput(let call, _, let output): followCall(call, output: output, in: module)
        default: break
        }
    }

    private mutating func follow(_ expression: Expression?, in module: ModuleAddress) { follow(expression?.traversals() ?? [], in: module) }

    private mutating func follow(_ traversals: [Traversal], in module: ModuleAddress) {
        for subject in traversals.compactMap({ Reference.parse($0).0?.subject }) { follow(subject, in: module) }
    }

    /// The argument that a caller gives for a variable.
    private mutating func followArgument(_ name: String, of module: ModuleAddress) {
        guard let parent = module.parent, let call = configuration[parent]?.moduleCalls[module.calls.last ?? ""] else { return }
        let (content, _) = call.body.partialContent(BodySchema(attributes: [BodySchema.Attribute(name)]))
        follow(content.attributes[name]?.expression, in: parent)
        follow(call.repetition.expression, in: parent)
    }

    private mutating func followCall(_ name: String, output: String?, in module: ModuleAddress) {
        guard let call = configuration[module]?.moduleCalls[name], let child = configuration[module.child(name)] else { return }
        follow(call.repetition.expression, in: module)
        let outputs = output.map { name in child.outputs[name].map { [$0] } ?? [] } ?? Array(child.outputs.values)
        for output in outputs {
            follow(output.value, in: module.child(name))
            follow(output.preconditions.flatMap(\.traversals), in: module.child(name))
            followDependencies(output.dependsOn, in: module.child(name))
        }
    }

    /// What `depends_on` names: of a module all that is in it.
    mutating func followDependencies(_ traversals: [Traversal], in module: ModuleAddress) {
        for subject in traversals.compactMap({ Reference.parse($0).0?.subject }) {
            switch subject {
            case .module(let call), .moduleInstance(let call, _), .moduleOutput(let call, _, _):
                let inside = module.child(call).calls
                for (address, content) in configuration.modules where address.calls.starts(with: inside) {
                    resources.formUnion(content.resources.keys.map { ConfiguredResourceAddress(address, $0) })
                }
            default: follow(subject, in: module)
            }
        }
    }

    /// Repetition and `depends_on` of the calls that lead to a module.
    mutating func followCalls(around module: ModuleAddress) {
        var inner = module
        while let parent = inner.parent, let name = inner.calls.last {
            if let call = configuration[parent]?.moduleCalls[name] {
                follow(call.repetition.expression, in: parent)
                followDependencies(call.dependsOn, in: parent)
            }
            inner = parent
        }
    }

    /// What the configuration of a provider refers to.
    mutating func followProvider(_ address: ProviderConfigurationAddress) {
        guard let content = configuration[address.module], let schema = catalog[address.provider]?.schema.block else { return }
        for declaration in content.providers.values
        where declaration.reference.alias == address.alias && content.provider(named: declaration.reference.localName) == address.provider {
            follow(schema.traversals(of: declaration.body), in: address.module)
        }
    }
}
