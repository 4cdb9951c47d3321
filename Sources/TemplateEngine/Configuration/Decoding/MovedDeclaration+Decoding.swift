import HCL

extension MoveEndpoint {
    /// Reads what `from` or `to` name; a key in it is told by its place.
    static func decode(_ attribute: Attribute, _ diagnostics: inout Diagnostics) -> (MoveEndpoint, keyRange: SourceRange?)? {
        guard let traversal = attribute.expression.staticTraversal(&diagnostics),
            let target = TargetAddress.parse(traversal, &diagnostics)
        else { return nil }
        return (MoveEndpoint(module: target.module, resource: target.resource, key: target.key), target.keyRange)
    }
}

extension MovedDeclaration {
    private static let schema = BodySchema(attributes: [.init("from", isRequired: true), .init("to", isRequired: true)])

    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> MovedDeclaration? {
        let (content, found) = block.body.content(schema)
        diagnostics += found
        let ends = ["from", "to"].map { name in content.attributes[name].flatMap { MoveEndpoint.decode($0, &diagnostics)?.0 } }
        guard let from = ends[0], let to = ends[1] else { return nil }
        if (from.resource == nil) != (to.resource == nil) {
            let detail = "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules."
            diagnostics.append(.error("Invalid \"moved\" addresses", detail, subject: block.headerRange))
            return nil
        }
        return MovedDeclaration(from: from, to: to, range: block.headerRange)
    }
}

extension RemovedDeclaration {
    private static let schema = BodySchema(
        attributes: [.init("from", isRequired: true)],
        blocks: [.init("lifecycle"), .init("connection"), .init("provisioner", labels: ["type"])])

    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> RemovedDeclaration? {
        let (content, found) = block.body.content(schema)
        diagnostics += found
        let from = content.attributes["from"].flatMap { decodeFrom($0, &diagnostics) }
        var removed = RemovedDeclaration(from: from ?? MoveEndpoint(module: .root), range: block.headerRange)
        for block in content.blocks {
            switch block.type {
            case "lifecycle":
                let (lifecycle, found) = block.body.content(BodySchema(attributes: ["destroy"]))
                diagnostics += found
                if let flag = lifecycle.attributes["destroy"]?.constantFlag(&diagnostics) { removed.destroys = flag }
            case "connection":
                if let first = removed.connection {
                    let detail = "This \"removed\" block already has a connection block at \(first.headerRange)."
                    diagnostics.append(.error("Duplicate connection block", detail, subject: block.headerRange))
                } else {
                    removed.connection = block
                }
            default:
                if let from, from.resource == nil {
                    let detail = "Provisioners are valid only when a removed block targets a managed resource."
                    diagnostics.append(.error("Invalid provisioner block", detail, subject: block.headerRange))
                } else if let provisioner = ProvisionerDeclaration.decode(block, &diagnostics) {
                    removed.provisioners.append(provisioner)
                    if provisioner.when == .destroy { continue }
                    let detail = """
                        Only destroy-time provisioners are valid in "removed" blocks. To declare a destroy-time provisioner, use:
                            when = destroy
                        """
                    diagnostics.append(.error("Invalid provisioner block", detail, subject: block.headerRange))
                }
            }
        }
        return from == nil ? nil : removed
    }

    private static func decodeFrom(_ attribute: Attribute, _ diagnostics: inout Diagnostics) -> MoveEndpoint? {
        guard let (from, keyRange) = MoveEndpoint.decode(attribute, &diagnostics) else { return nil }
        if let resource = from.resource, resource.mode != .managed {
            let detail = """
                Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the data source from state, \
                remove the data source block from configuration.
                """
            diagnostics.append(.error("Data source address not allowed", detail, subject: attribute.expression.range))
            return nil
        }
        if from.resource != nil, let keyRange {
            let detail = """
                Resource address must be a resource (e.g. "test_instance.foo"), not a resource instance (e.g. "test_instance.foo[1]").
                """
            diagnostics.append(.error("Resource instance keys not allowed", detail, subject: keyRange))
            return nil
        }
        if let range = keyRange ?? attribute.moduleKeyRange(from) {
            let detail = "Module address must be a module (e.g. \"module.foo\"), not a module instance (e.g. \"module.foo[1]\")."
            diagnostics.append(.error("Module instance keys not allowed", detail, subject: range))
            return nil
        }
        return from
    }
}

extension Attribute {
    /// Where the first key of a module stands, if one has any.
    fileprivate func moduleKeyRange(_ endpoint: MoveEndpoint) -> SourceRange? {
        guard endpoint.module.steps.contains(where: { $0.key != nil }), case .scopeTraversal(let traversal, _) = expression.spelled else {
            return nil
        }
        return traversal.steps.compactMap { if case .index(_, let range) = $0 { range } else { nil } }.first
    }
}
