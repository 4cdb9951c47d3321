/// Functions that render templates.
enum TemplateFunctions {
    static let all: [Function] = [templatefile, templatestring]

    private static let names: Set<String> = ["templatefile", "templatestring"]

    private static let templatefile = Function(
        "templatefile",
        [
            Function.Parameter("path", .string, allowsUnknown: true, allowsMarked: true),
            Function.Parameter("vars", .dynamic, allowsUnknown: true, allowsMarked: true),
        ], isNeverNull: false,
        returnType: { (arguments, environment) throws(FunctionError) in
            guard arguments[0].isKnown, arguments[1].isKnown else { return .dynamic }
            return try rendered(arguments, environment).type
        },
        body: { (arguments, type, environment) throws(FunctionError) in
            let marks = arguments[0].marks.union(arguments[1].deepMarks)
            guard arguments[0].isKnown, arguments[1].isKnown else { return Value.unknown(type).marked(with: marks) }
            return try rendered(arguments, environment).marked(with: marks)
        })

    private static func rendered(_ arguments: [Value], _ environment: FunctionEnvironment) throws(FunctionError) -> Value {
        let path = arguments[0].string
        let marks = arguments[0].marks
        let text = try FilesystemFunctions.text(try FilesystemFunctions.read(path, marks, environment), path, marks)
        let (template, diagnostics) = Parser.parseTemplate(Array(text.utf8), file: path)
        if diagnostics.hasErrors { throw FunctionError(diagnostics.text) }
        return try render(template, arguments[1].unmarkedDeep().0, environment, allowsFiles: true)
    }

    private static let templatestring = Function(
        "templatestring", [.marked("template", .string), .any("vars")], returns: .string
    ) { (arguments, type, environment) throws(FunctionError) in
        let (template, diagnostics) = Parser.parseTemplate(Array(arguments[0].string.utf8), file: "<templatestring argument>")
        if diagnostics.hasErrors { throw FunctionError(argument: 0, "invalid template: \(diagnostics.text)") }
        let value = try render(template, arguments[1], environment, allowsFiles: false)
        do throws(ConversionError) {
            return try value.converted(to: .string).marked(with: arguments[0].marks)
        } catch {
            throw FunctionError("invalid template result: \(error.description)")
        }
    }

    private static func render(
        _ template: Expression, _ variables: Value, _ environment: FunctionEnvironment, allowsFiles: Bool
    ) throws(FunctionError) -> Value {
        guard variables.type.isMap || variables.type.isObject else {
            throw FunctionError(argument: 1, "invalid vars value: must be a map")
        }
        let members = variables.members ?? [:]
        for (name, _) in variables.sortedMembers where !Names.isIdentifier(name) {
            throw FunctionError(
                argument: 1,
                "invalid template variable name \(name.goQuoted): must start with a letter, followed by zero or more letters, digits, and "
                    + "underscores")
        }
        for traversal in template.traversals() where members[traversal.root] == nil {
            throw FunctionError(
                argument: 1, "vars map does not contain key \(traversal.root.goQuoted), referenced at \(traversal.rootRange.text)")
        }
        var inner = environment
        inner.templateDepth += 1
        inner.functions = functions(environment, allowsFiles: allowsFiles)
        let context = EvaluationContext(variables: members, functions: inner.functions, environment: inner)
        let (value, diagnostics) = template.evaluate(in: context)
        if diagnostics.hasErrors { throw FunctionError(diagnostics.text) }
        if value.isNull {
            let detail = "The result of the template is null, which is not a valid result for a templatestring call."
            let diagnostic = Diagnostic.error("Template result is null", detail, subject: template.range)
            throw FunctionError([diagnostic].text)
        }
        return value
    }

    /// What a template can call: neither another template nor, if it comes from elsewhere, files.
    private static func functions(_ environment: FunctionEnvironment, allowsFiles: Bool) -> [String: Function] {
        var result = environment.functions.isEmpty ? StandardFunctions.all : environment.functions
        for (key, function) in result {
            let name = function.name
            if names.contains(name) {
                result[key] = function.refusing("cannot recursively call \(name) from inside another template function")
            } else if !allowsFiles, FilesystemFunctions.names.contains(name) {
                result[key] = function.refusing(
                    """
                    cannot use filesystem access functions like \(name) in templatestring templates; consider passing the function result \
                    as a template variable instead
                    """)
            }
        }
        return result
    }
}

extension Function {
    /// The function with the same parameters that only says why it cannot be called.
    fileprivate func refusing(_ message: String) -> Function {
        Function(
            name, parameters, variadic: variadic, isNeverNull: isNeverNull,
            returnType: { (_, _) throws(FunctionError) in throw FunctionError(message) }, body: body)
    }
}
