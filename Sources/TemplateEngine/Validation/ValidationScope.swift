import HCL
import TemplateConfiguration
import TemplateEvaluation

/// What expressions of a module refer to while nothing is known but what locals say.
struct ValidationScope: ScopeData {
    /// What `count` and `each` stand for.
    enum Repetition {
        case none, count, forEach
        /// Both, where nobody looks which is meant.
        case any
        /// One that is known.
        case item(key: Value, value: Value)

        init(_ repetition: TemplateConfiguration.Repetition) {
            switch repetition {
            case .none: self = .none
            case .count: self = .count
            case .forEach: self = .forEach
            }
        }
    }

    let context: ValidationContext
    let module: ModuleAddress
    var locals: [String: Value]
    var repetition = Repetition.none
    /// What `self` is.
    var own: ResourceAddress?
    /// The check block around the expression.
    var check: String?
    /// Values of variables that are known in spite of all.
    var inputs: [String: Value] = [:]

    var scope: Scope {
        Scope(
            data: self, functions: context.callable[module] ?? StandardFunctions.all,
            environment: FunctionEnvironment(
                baseDirectory: context.configuration.rootDirectory, allowedRoot: context.allowedRoot,
                packages: context.configuration.packages.sorted(), shortensLogic: context.shortensLogic))
    }

    private var checks: ReferenceChecks {
        ReferenceChecks(context.configuration, context.catalog, in: module, ownResource: own, check: check)
    }

    func check(_ reference: Reference) -> Diagnostics { checks.check(reference) }

    func value(of subject: Reference.Subject, at range: SourceRange?) -> (value: Value, diagnostics: Diagnostics) {
        switch (subject, repetition) {
        case (.count("index"), .count), (.count("index"), .any): return (.unknown(.number), [])
        case (.each("key"), .forEach), (.each("key"), .any): return (.unknown(.string), [])
        case (.each("value"), .forEach), (.each("value"), .any): return (.dynamic, [])
        case (.each("key"), .item(let key, _)): return (key, [])
        case (.each("value"), .item(_, let value)): return (value, [])
        default: break
        }
        let problems = checks.problem(with: subject, at: range)
        let directory = context.configuration.rootDirectory
        switch subject {
        case .input(let name):
            let input = context.configuration[module]?.variables[name]?.input
            if let known = inputs[name] { return (known, problems) }
            return (input.map { $0.marked(.unknown($0.type.withoutOptional)) } ?? .dynamic, problems)
        case .local(let name): return (locals[name] ?? .dynamic, problems)
        case .path("module"): return (.string(context.configuration[module]?.directory ?? "."), [])
        case .path, .terraform, .count, .each: return subject.valueOutsideResources(at: range, path: directory)
        case .module(let name), .moduleInstance(let name, _), .moduleOutput(let name, _, _): return (moduleValue(name), [])
        case .resource, .resourceInstance, .ownObject: return (.dynamic, [])
        }
    }

    /// Which outputs a module has is known, as is whether it is repeated.
    private func moduleValue(_ name: String) -> Value {
        // Nothing is known of a module that is not installed.
        guard let child = context.configuration[module.child(name)] else { return .dynamic }
        let outputs = child.outputs.mapValues { _ in ValueType.dynamic }
        switch context.configuration[module]?.moduleCalls[name]?.repetition {
        case .count: return .unknown(.list(.object(outputs)))
        case .forEach: return .unknown(.map(.object(outputs)))
        case .some(.none), nil: return .unknown(.object(outputs))
        }
    }
}
