package import HCL

/// The values of a root module's variables.
package struct ResolvedVariables: Sendable {
    /// As they were given, before conversion; those that were not given are not here.
    package var given: [String: Value] = [:]
    /// Converted to the types, with defaults where nothing was given; without the marks that declarations ask for.
    package var values: [String: Value] = [:]
}

extension VariableInputs {
    /// Finds the values for the variables of a root module.
    ///
    /// As in Terraform the later steps are not gone to when there are errors: first files and options are read, then values
    /// are told apart, then converted.
    package func resolve(for module: ModuleConfiguration) -> (ResolvedVariables, Diagnostics) {
        var resolved = ResolvedVariables()
        var diagnostics = self.diagnostics
        if diagnostics.hasErrors { return (resolved, diagnostics) }
        for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
            guard let variable = module.variables[name] else { continue }
            let (value, found) = input.value(for: variable)
            diagnostics += found
            if !found.hasErrors { resolved.given[name] = value }
        }
        diagnostics += undeclared(in: module)
        let variables = module.variables.values.sorted { $0.input.name < $1.input.name }
        for variable in variables where resolved.given[variable.input.name] == nil && variable.input.fallback == nil {
            diagnostics.append(.missing(variable))
        }
        if diagnostics.hasErrors { return (resolved, diagnostics) }
        for variable in variables {
            let name = variable.input.name
            guard let given = resolved.given[name], let input = inputs[name] else {
                resolved.values[name] = variable.input.fallback
                continue
            }
            let (value, found) = input.final(given, for: variable)
            diagnostics += found
            resolved.values[name] = value
        }
        return (resolved, diagnostics)
    }

    private func undeclared(in module: ModuleConfiguration) -> Diagnostics {
        var diagnostics: Diagnostics = []
        var inFiles = 0
        for (name, input) in inputs.sorted(by: { $0.key < $1.key }) where module.variables[name] == nil {
            switch input.origin {
            case .environment: break
            case .option, .caller:
                let detail = """
                    A variable named \(name.goQuoted) was assigned on the command line, but the root module does not declare a variable of \
                    that name. To use this value, add a "variable" block to the configuration.
                    """
                diagnostics.append(.error("Value for undeclared variable", detail))
            case .file(let file, _):
                inFiles += 1
                if inFiles > 2 { continue }
                let detail = """
                    The root module does not declare a variable named \(name.goQuoted) but a value was found in file \(file.goQuoted). If you \
                    meant to use this value, add a "variable" block to the configuration.

                    To silence these warnings, use TF_VAR_... environment variables to provide certain "global" settings to all \
                    configurations in your organization. To reduce the verbosity of these warnings, use the -compact-warnings option.
                    """
                diagnostics.append(Diagnostic(.warning, "Value for undeclared variable", detail))
            }
        }
        if inFiles > 2 {
            let detail =
                "In addition to the other similar warnings shown, \(inFiles - 2) other variable(s) defined without being declared."
            diagnostics.append(Diagnostic(.warning, "Values for undeclared variables", detail))
        }
        return diagnostics
    }
}

extension Diagnostic {
    fileprivate static func missing(_ variable: VariableDeclaration) -> Diagnostic {
        let detail = """
            The root module input variable \(variable.input.name.goQuoted) is not set, and has no default value. Use a -var or -var-file \
            command line argument to provide a value for this variable.
            """
        return .error("No value for required variable", detail, subject: variable.range)
    }
}

extension VariableInputs.Input {
    /// What was given, before it is converted.
    fileprivate func value(for variable: VariableDeclaration) -> (Value, Diagnostics) {
        switch content {
        case .value(let value): return (value, [])
        case .expression(let expression): return expression.evaluate(in: .constant)
        case .text(let text):
            guard variable.isExpressionText else { return (.string(text), []) }
            let (expression, found) = Parser.parseExpression(Array(text.utf8), file: "<value for var.\(variable.input.name)>")
            if found.hasErrors { return (.dynamic, found) }
            let (value, mistakes) = expression.evaluate(in: .constant)
            return (value, found + mistakes)
        }
    }

    /// The value as the variable has it.
    fileprivate func final(_ given: Value, for variable: VariableDeclaration) -> (Value, Diagnostics) {
        let input = variable.input
        let unknown = Value.unknown(input.type.withoutOptional)
        do {
            let value = try input.converted(given)
            if !value.isNull || input.isNullable { return (value, []) }
            if let fallback = input.fallback { return (fallback, []) }
            return (unknown, [problem("Required variable not set", "required variable may not be set to null", "defined", variable)])
        } catch {
            return (unknown, [problem("Invalid value for input variable", error.message, "declared", variable)])
        }
    }

    private func problem(_ summary: String, _ message: String, _ verb: String, _ variable: VariableDeclaration) -> Diagnostic {
        let name = "var.\(variable.input.name)"
        guard case .expression(let expression) = content else {
            let origin =
                switch origin {
                case .environment: "using the TF_VAR_\(variable.input.name) environment variable"
                case .option: "using -var=\"\(variable.input.name)=...\""
                case .caller, .file: "from outside of the configuration"
                }
            return .error(summary, "Unsuitable value for \(name) set \(origin): \(message).", subject: variable.range)
        }
        if variable.input.isSensitive {
            let detail = """
                The given value is not suitable for \(name), which is sensitive: \(message). Invalid value defined at \(expression.range).
                """
            return .error(summary, detail, subject: variable.range)
        }
        let detail = "The given value is not suitable for \(name) \(verb) at \(variable.range): \(message)."
        return .error(summary, detail, subject: expression.range)
    }
}
