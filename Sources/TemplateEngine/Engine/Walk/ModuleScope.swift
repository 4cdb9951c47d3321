import HCL
import ProviderKit
import TemplateConfiguration

/// What expressions of a module instance see, perhaps inside one instance of a resource.
///
/// Nothing is computed here: who evaluates an expression has waited for all that it refers to. That references are allowed was
/// found when the configuration was validated.
struct ModuleScope: ScopeData {
    let values: WalkValues
    let module: ModuleInstanceAddress
    var repetition = RepetitionData.none
    /// `self`
    var own: Value?

    /// What evaluates expressions here.
    var scope: Scope {
        Scope(data: self, functions: values.callable[module.module] ?? StandardFunctions.all, environment: values.functions)
    }

    func check(_ reference: Reference) -> Diagnostics { [] }

    func value(of subject: Reference.Subject, at range: SourceRange?) -> (value: Value, diagnostics: Diagnostics) {
        switch subject {
        case .input(let name): known(values.inputs[module]?[name])
        case .local(let name): known(values.locals[module]?[name])
        case .resource(let address), .resourceInstance(let address, _):
            (values.value(of: AbsoluteResourceAddress(module, address)), [])
        case .module(let call), .moduleInstance(let call, _), .moduleOutput(let call, _, _):
            (values.value(ofModule: call, in: module), [])
        case .ownObject: known(own)
        case .count("index") where repetition.countIndex != nil: known(repetition.countIndex.map { .integer($0) })
        case .each("key") where repetition.eachKey != nil: known(repetition.eachKey)
        case .each("value") where repetition.eachKey != nil: known(repetition.eachValue)
        case .path("module"): (.string(values.configuration[module.module]?.directory ?? "."), [])
        case .path("root"): (.string("."), [])
        case .path("cwd"): (.string(values.environment.provider.directory), [])
        case .terraform("workspace"): (.string(values.environment.workspace), [])
        case .terraform("applying"): (Value.bool(values.isApplying).marked(with: .ephemeral), [])
        default: subject.valueOutsideResources(at: range, path: values.environment.provider.directory)
        }
    }

    private func known(_ value: Value?) -> (value: Value, diagnostics: Diagnostics) { (value ?? .dynamic, []) }
}
