import HCL

extension ImportDeclaration {
    private static let schema = BodySchema(
        attributes: ["provider", "for_each", .init("id", isRequired: true), .init("to", isRequired: true)])

    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> ImportDeclaration? {
        let (content, found) = block.body.content(schema)
        diagnostics += found
        let id = content.attributes["id"]?.expression
        let to = content.attributes["to"]
        let target = to.flatMap { resource($0.expression.spelled, &diagnostics) }
        if let to, target?.mode != .managed {
            let detail = "Only managed resources can be imported."
            diagnostics.append(.error("Invalid import address", detail, subject: to.range))
        }
        let provider = content.attributes["provider"].flatMap {
            ProviderReference.decode($0.expression, argument: "provider", &diagnostics)
        }
        guard let id, let to, target != nil else { return nil }
        var declaration = ImportDeclaration(to: to.expression.spelled, id: id, range: block.headerRange)
        declaration.forEach = content.attributes["for_each"]?.expression
        declaration.provider = provider
        return declaration
    }

    /// What it imports to, if no key in the address is computed.
    var fixedTarget: TargetAddress? {
        guard case .scopeTraversal(let traversal, _) = to else { return nil }
        // It was read without an error before.
        var ignored: Diagnostics = []
        return TargetAddress.parse(traversal, &ignored)
    }

    /// Which resource an address means, whose keys may be computed.
    private static func resource(_ expression: Expression, _ diagnostics: inout Diagnostics) -> ResourceAddress? {
        guard let traversal = expression.withFixedKeys?.staticTraversal(&diagnostics) else {
            if expression.withFixedKeys == nil { _ = expression.staticTraversal(&diagnostics) }
            return nil
        }
        guard let target = TargetAddress.parse(traversal, &diagnostics) else { return nil }
        if target.resource == nil {
            let detail =
                "A resource instance address is required here. The module path must be followed by a resource instance specification."
            diagnostics.append(.error("Invalid address", detail, subject: traversal.range))
        }
        return target.resource
    }
}

extension Expression {
    /// The same reference with some key where one is computed; nil if this is no reference.
    fileprivate var withFixedKeys: Expression? {
        switch self {
        case .scopeTraversal: return self
        case .index(let collection, _, let open, let range):
            guard case .scopeTraversal(var traversal, _)? = collection.withFixedKeys else { return nil }
            traversal.steps.append(.index(.string(""), .between(open, range)))
            traversal.range = range
            return .scopeTraversal(traversal, range)
        case .relativeTraversal(let inner, let steps, let range):
            guard case .scopeTraversal(var traversal, _)? = inner.withFixedKeys else { return nil }
            traversal.steps += steps
            traversal.range = range
            return .scopeTraversal(traversal, range)
        default: return nil
        }
    }
}
