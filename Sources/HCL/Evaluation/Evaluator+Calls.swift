extension Evaluator {
    func functionCall(_ call: FunctionCall, _ whole: Expression) -> Evaluated {
        // These two see expressions, not values: what is wrong with those is what they are about.
        switch call.name.hasPrefix("core::") ? String(call.name.dropFirst("core::".count)) : call.name {
        case "try" where context.allowsFunctions: return attempt(call, whole)
        case "can" where context.allowsFunctions: return can(call, whole)
        default: break
        }
        guard let function = context.function(call.name) else { return (.dynamic, [unknownFunction(call, whole)]) }
        let expansion = expandedArguments(call, whole)
        guard let arguments = expansion.arguments else { return (.dynamic, expansion.diagnostics) }
        if let diagnostic = wrongCount(of: arguments, function.parameters.map(\.name), function.variadic != nil, call, whole) {
            return (.dynamic, [diagnostic])
        }
        var diagnostics = expansion.diagnostics
        var values: [Value] = []
        for (position, argument) in arguments.enumerated() {
            guard let parameter = function.parameter(at: position) else { continue }
            let isTemplate = position == 0 && function.name == "templatestring"
            let (value, found) = isTemplate ? templateArgument(argument, whole) : self.argument(argument, parameter, whole)
            diagnostics += found
            values.append(value)
        }
        if diagnostics.hasErrors { return (.dynamic, diagnostics) }
        do {
            return (try function.call(values, context.environment), diagnostics)
        } catch {
            diagnostics.append(failure(error, function, arguments, call, whole))
            return (.dynamic, diagnostics)
        }
    }

    private func argument(_ argument: Expression, _ parameter: Function.Parameter, _ whole: Expression) -> Evaluated {
        var (value, diagnostics) = evaluate(argument)
        do {
            value = try value.converted(to: parameter.type)
        } catch {
            diagnostics.append(invalidArgument(parameter.name, error.message, argument, whole))
        }
        return (value, diagnostics)
    }

    func invalidArgument(_ parameter: String, _ problem: String, _ argument: Expression, _ whole: Expression) -> Diagnostic {
        fault(
            "Invalid function argument", "Invalid value for \(parameter.goQuoted) parameter: \(problem).", argument.startRange,
            context: whole.range, about: argument)
    }

    /// The arguments with the last one taken apart if it is to be; nil if the call cannot be made.
    func expandedArguments(_ call: FunctionCall, _ whole: Expression) -> (arguments: [Expression]?, diagnostics: Diagnostics) {
        guard call.expandsFinal, let final = call.arguments.last else { return (call.arguments, []) }
        let (value, diagnostics) = evaluate(final)
        if diagnostics.hasErrors { return (nil, diagnostics) }
        func refuse(_ problem: String) -> (arguments: [Expression]?, diagnostics: Diagnostics) {
            let detail = "The expanding argument (indicated by ...) must \(problem)."
            let diagnostic = fault(
                "Invalid expanding argument value", detail, final.range, context: whole.range, about: final)
            return (nil, diagnostics + [diagnostic])
        }
        let isSequence = value.type.isList || value.type.isSet || value.type.isTuple
        guard isSequence || value.type == .dynamic else { return refuse("be of a tuple, list, or set type") }
        if value.isNull { return refuse("not be null") }
        guard let elements = value.elements else { return (nil, diagnostics) }
        let range = final.range
        return (call.arguments.dropLast() + elements.map { .literal($0.marked(with: value.marks), range) }, diagnostics)
    }

    func wrongCount(
        of arguments: [Expression], _ names: [String], _ isVariadic: Bool, _ call: FunctionCall, _ whole: Expression
    ) -> Diagnostic? {
        if arguments.count < names.count {
            let detail = """
                Function \(call.name.goQuoted) expects\(isVariadic ? " at least" : "") \(names.count) argument(s). \
                Missing value for \(names[arguments.count].goQuoted).
                """
            return fault("Not enough function arguments", detail, call.close, context: whole.range, about: whole)
        }
        if !isVariadic && arguments.count > names.count {
            let detail = "Function \(call.name.goQuoted) expects only \(names.count) argument(s)."
            return fault(
                "Too many function arguments", detail, arguments[names.count].startRange, context: whole.range, about: whole)
        }
        return nil
    }

    private func failure(
        _ error: FunctionError, _ function: Function, _ arguments: [Expression], _ call: FunctionCall, _ whole: Expression
    ) -> Diagnostic {
        guard let position = error.argument, let parameter = function.parameter(at: position) else {
            return failure(error.message, call, whole)
        }
        if arguments.indices.contains(position) { return invalidArgument(parameter.name, error.message, arguments[position], whole) }
        let detail = "Invalid value for \(parameter.name.goQuoted) parameter: \(error.message)."
        return fault("Invalid function argument", detail, whole.range, about: whole)
    }

    func failure(_ message: String, _ call: FunctionCall, _ whole: Expression) -> Diagnostic {
        fault(
            "Error in function call", "Call to function \(call.name.goQuoted) failed: \(message).",
            .between(call.nameRange, call.open), context: whole.range, about: whole)
    }

    private func unknownFunction(_ call: FunctionCall, _ whole: Expression) -> Diagnostic {
        guard context.allowsFunctions else {
            return fault("Function calls not allowed", "Functions may not be called here.", whole.range, about: whole)
        }
        let parts = call.name.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else {
            let names = (context.functions?.keys).map { Array($0) + ["try", "can"] } ?? []
            let suggestion = Names.suggestion(for: call.name, among: names.sorted()).map { " Did you mean \($0.goQuoted)?" } ?? ""
            let detail = "There is no function named \(call.name.goQuoted).\(suggestion)"
            return fault("Call to unknown function", detail, call.nameRange, context: whole.range, about: whole)
        }
        let detail =
            if parts[0] != "provider" {
                """
                The function namespace \(parts[0].goQuoted) is not valid. Provider function calls must use the "provider::" \
                namespace prefix.
                """
            } else if parts.count < 3 || parts[1].isEmpty {
                "The function call must include the provider name after the \"provider::\" prefix."
            } else {
                """
                There is no function named "\(call.name)". Ensure that provider name \(parts[1].goQuoted) is declared in this module's \
                required_providers block, and that this provider offers a function named \(parts[parts.count - 1].goQuoted).
                """
            }
        return fault("Unknown provider function", detail, call.nameRange, context: whole.range, about: whole)
    }
}
