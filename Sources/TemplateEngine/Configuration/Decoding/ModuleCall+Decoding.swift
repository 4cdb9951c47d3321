import HCL

extension ModuleCall {
    private static func schema(isOverride: Bool) -> BodySchema {
        BodySchema(
            attributes: [.init("source", isRequired: !isOverride), "version", "count", "for_each", "depends_on", "providers"],
            blocks: [.init("_"), .init("lifecycle"), .init("locals"), .init("provider", labels: ["type"])])
    }

    static func decode(_ block: Block, isOverride: Bool, _ diagnostics: inout Diagnostics) -> ModuleCall {
        let schema = schema(isOverride: isOverride)
        let (content, found) = block.body.partialContent(schema)
        diagnostics += found
        var call = ModuleCall(
            name: block.labels[0], source: "", body: block.body.remaining(schema), nameRange: block.labelRanges[0],
            range: block.headerRange)
        diagnostics.checkName(call.name, call.nameRange, "Invalid module instance name")
        let version = content.attributes["version"]
        if let version {
            call.versions = version.versionConstraints(&diagnostics) ?? []
            call.versionRange = version.range
        }
        if let attribute = content.attributes["source"] {
            call.sourceRange = attribute.expression.range
            if let source = attribute.constantText(&diagnostics) {
                let problem = ModuleSource.problem(source, hasVersion: version != nil)
                if let problem {
                    diagnostics.append(.error(problem.summary, problem.detail, subject: attribute.expression.range))
                } else {
                    call.source = source
                }
            }
        }
        call.repetition = Repetition.decode(content, &diagnostics)
        call.dependsOn = content.attributes["depends_on"]?.dependencies(&diagnostics) ?? []
        if let attribute = content.attributes["providers"] { call.decodeProviders(attribute.expression, &diagnostics) }
        var escape: Block?
        for block in content.blocks {
            if block.type == "_" {
                call.body.open(block, first: &escape, noun: "module", kind: "module-input-variable", &diagnostics)
            } else {
                diagnostics.refuseReserved(block, in: "module")
            }
        }
        return call
    }

    private mutating func decodeProviders(_ expression: Expression, _ diagnostics: inout Diagnostics) {
        var seen: [ProviderReference: SourceRange] = [:]
        for item in expression.staticMap(&diagnostics) {
            let inner = ProviderReference.decode(item.key.innermost, argument: "providers", &diagnostics)
            let outer = ProviderReference.decode(item.value, argument: "providers", &diagnostics)
            guard let inner, let outer else { continue }
            if let first = seen[inner] {
                let detail = """
                    A provider configuration was already passed to \(inner) at \(first). Each child provider configuration can be assigned \
                    only once.
                    """
                diagnostics.append(.error("Duplicate provider address", detail, subject: item.value.startRange))
                continue
            }
            seen[inner] = .between(item.key.range, item.value.range)
            providers.append((inner, outer))
        }
    }
}

extension Expression {
    /// What stands for the key of an object.
    fileprivate var innermost: Expression { if case .objectKey(let inner, _, _) = self { inner } else { self } }
}
