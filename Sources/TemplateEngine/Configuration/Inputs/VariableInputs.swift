package import HCL

/// Values for the variables of a root module that come from outside of it. What is added later wins.
package struct VariableInputs: Sendable {
    /// A value, and how it was given.
    package struct Input: Sendable {
        package enum Origin: Sendable, Hashable {
            /// `TF_VAR_name`
            case environment
            /// `-var name=value`
            case option
            /// A file that was found, or one that was named.
            case file(String, isNamed: Bool)
            /// By a program.
            case caller
        }

        enum Content: Sendable {
            /// Read as the variable's type demands.
            case text(String)
            case expression(Expression)
            case value(Value)
        }

        package var origin: Origin
        var content: Content
    }

    package private(set) var inputs: [String: Input] = [:]
    /// What was wrong with files and options themselves.
    package private(set) var diagnostics: Diagnostics = []
    /// The files that were read, for snippets.
    package private(set) var sources: [String: SourceFile] = [:]

    package init() {}

    /// What Terraform finds by itself: variables of the environment, then files in the root module's directory.
    package static func collected(environment: [String: String], directory: String) -> VariableInputs {
        var inputs = VariableInputs()
        inputs.addEnvironment(environment)
        inputs.addFiles(in: directory)
        return inputs
    }

    package mutating func addEnvironment(_ environment: [String: String]) {
        for (name, value) in environment where name.hasPrefix("TF_VAR_") {
            inputs[String(name.dropFirst("TF_VAR_".count))] = Input(origin: .environment, content: .text(value))
        }
    }

    /// A value that has its type already.
    package mutating func add(_ name: String, _ value: Value) { inputs[name] = Input(origin: .caller, content: .value(value)) }

    /// A text, as in `-var name=value`.
    package mutating func add(_ name: String, text: String) { inputs[name] = Input(origin: .option, content: .text(text)) }

    /// What follows `-var`.
    package mutating func add(option: String) {
        guard let equals = option.firstIndex(of: "=") else {
            let detail = """
                The given -var option \(option.goQuoted) is not correctly specified. Must be a variable name and value separated by an equals \
                sign, like -var="key=value".
                """
            diagnostics.append(.error("Invalid -var option", detail))
            return
        }
        let name = String(option[..<equals])
        let value = String(option[option.index(after: equals)...])
        if name.hasSuffix(" ") {
            let trimmed = String(name.reversed().drop { $0 == " " }.reversed())
            let detail = """
                Variable name \(name.goQuoted) is invalid due to trailing space. Did you mean -var=\("\(trimmed)=\(value.drop { $0 == " " })".goQuoted)?
                """
            diagnostics.append(.error("Invalid -var option", detail))
            return
        }
        add(name, text: value)
    }

    /// `terraform.tfvars`, `terraform.tfvars.json`, and `*.auto.tfvars` and `*.auto.tfvars.json` by name.
    package mutating func addFiles(in directory: String) {
        let names = ConfigurationDirectory(path: directory, name: ".").names() ?? []
        let isThere = Set(names)
        let fixed = ["terraform.tfvars", "terraform.tfvars.json"].filter(isThere.contains)
        let automatic = names.filter { $0.hasSuffix(".auto.tfvars") || $0.hasSuffix(".auto.tfvars.json") }
        for name in fixed + automatic { add(file: "\(directory)/\(name)", name: name, isNamed: false, inside: directory) }
    }

    /// A file with values.
    ///
    /// - Parameters:
    ///   - name: as diagnostics show it.
    ///   - root: a directory that the file must be in, absolute; nil for anywhere.
    package mutating func add(file path: String, name: String, isNamed: Bool = true, inside root: String? = nil) {
        let root = root.map { ConfigurationFileReader.resolved($0) ?? $0 }
        switch ConfigurationFileReader.read(path, inside: root) {
        case .success(let bytes): add(bytes, name: name, isNamed: isNamed)
        case .failure(let problem):
            let detail =
                problem.isMissing ? "Given variables file \(name) does not exist." : "Error while reading \(name): \(problem.reason)."
            diagnostics.append(.error("Failed to read variables file", detail))
        }
    }

    private mutating func add(_ bytes: [UInt8], name: String, isNamed: Bool) {
        sources[name] = SourceFile(name: name, bytes: bytes)
        let (body, mistakes) = Self.parse(bytes, name)
        diagnostics += mistakes
        if mistakes.hasErrors { return }
        let (declarations, _) = body.partialContent(BodySchema(blocks: [.init("variable", labels: ["name"])]))
        for block in declarations.blocks {
            let variable = block.labels[0]
            let detail = """
                A .tfvars file is used to assign values to variables that have already been declared in .tf files, not to declare new \
                variables. To declare variable \(variable.goQuoted), place this block in one of your .tf files, such as variables.tf.

                To set a value for this variable in \(name), use the definition syntax instead:
                    \(variable) = <value>
                """
            diagnostics.append(.error("Variable declaration in .tfvars file", detail, subject: block.typeRange))
        }
        if !declarations.blocks.isEmpty { return }
        let (attributes, found) = body.literalAttributes()
        diagnostics += found
        for attribute in attributes {
            inputs[attribute.name] = Input(origin: .file(name, isNamed: isNamed), content: .expression(attribute.expression))
        }
    }

    private static func parse(_ bytes: [UInt8], _ name: String) -> (Body, Diagnostics) {
        guard name.hasSuffix(".json") else { return Parser.parseFile(bytes, file: name) }
        let (document, diagnostics) = JSONSyntax.parseFile(bytes, file: name)
        return (document.body, diagnostics)
    }
}
