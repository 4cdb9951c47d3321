import HCL

extension ResourceDeclaration {
    private static let common = BodySchema(
        attributes: ["count", "for_each", "provider", "depends_on"], blocks: [.init("locals"), .init("lifecycle"), .init("_")])
    private static let managed = BodySchema(
        attributes: common.attributes, blocks: common.blocks + [.init("connection"), .init("provisioner", labels: ["type"])])

    /// Reads a `resource`, `data` or `ephemeral` block.
    ///
    /// - Parameter check: the check that a data source is nested in.
    static func decode(_ block: Block, mode: ResourceAddress.Mode, isOverride: Bool, check: String? = nil, _ diagnostics: inout Diagnostics)
        -> ResourceDeclaration
    {
        let schema = mode == .managed ? managed : common
        let (content, found) = block.body.partialContent(schema)
        diagnostics += found
        let address = ResourceAddress(mode, block.labels[0], block.labels[1])
        var resource = ResourceDeclaration(
            address: address, body: block.body.remaining(schema), typeRange: block.labelRanges[0], range: block.headerRange)
        resource.check = check
        let (typeSummary, nameSummary) =
            switch mode {
            case .managed: ("Invalid resource type name", "Invalid resource name")
            case .data: ("Invalid data source name", "Invalid data resource name")
            case .ephemeral: ("Invalid ephemeral resource type", "Invalid ephemeral resource name")
            }
        diagnostics.checkName(address.type, block.labelRanges[0], typeSummary)
        diagnostics.checkName(address.name, block.labelRanges[1], nameSummary)
        if check == nil {
            resource.repetition = Repetition.decode(content, &diagnostics)
        } else {
            resource.refuseRepetition(content, &diagnostics)
        }
        if let attribute = content.attributes["provider"] {
            resource.provider = ProviderReference.decode(attribute.expression, argument: "provider", &diagnostics)
        }
        resource.dependsOn = content.attributes["depends_on"]?.dependencies(&diagnostics) ?? []
        resource.decode(content.blocks, isOverride: isOverride, &diagnostics)
        return resource
    }

    private func refuseRepetition(_ content: BodyContent, _ diagnostics: inout Diagnostics) {
        for name in ["count", "for_each"] {
            guard let attribute = content.attributes[name] else { continue }
            let detail = "The \"count\" and \"for_each\" meta-arguments are not supported within nested data blocks."
            diagnostics.append(.error("Invalid \"\(name)\" attribute", detail, subject: attribute.nameRange))
        }
    }

    private mutating func decode(_ blocks: [Block], isOverride: Bool, _ diagnostics: inout Diagnostics) {
        var lifecycleBlock: Block?
        var escape: Block?
        for block in blocks {
            switch block.type {
            case "lifecycle":
                if check != nil {
                    let detail =
                        "Nested data blocks do not support \"lifecycle\" blocks as the lifecycle is managed by the containing block."
                    diagnostics.append(.error("Invalid lifecycle block", detail, subject: block.headerRange))
                } else if let first = lifecycleBlock {
                    let detail = "This resource already has a lifecycle block at \(first.headerRange)."
                    diagnostics.append(.error("Duplicate lifecycle block", detail, subject: block.headerRange))
                } else {
                    lifecycleBlock = block
                    lifecycle = Lifecycle.decode(block, of: address, isOverride: isOverride, &diagnostics)
                }
            case "connection":
                if let connection {
                    let detail = "This resource already has a connection block at \(connection.headerRange)."
                    diagnostics.append(.error("Duplicate connection block", detail, subject: block.headerRange))
                } else {
                    connection = block
                }
            case "provisioner":
                if let provisioner = ProvisionerDeclaration.decode(block, &diagnostics) { provisioners.append(provisioner) }
            case "_": body.open(block, first: &escape, noun: "resource", kind: "resource-type", &diagnostics)
            default: diagnostics.refuseReserved(block, in: address.mode == .managed ? "resource" : address.mode.rawValue)
            }
        }
        // Provisioners without a connection of their own use this one.
        if provisioners.contains(where: { $0.when == .destroy }) { connection?.body.checkOnlyOwnReferences(&diagnostics) }
    }
}

extension Repetition {
    static func decode(_ content: BodyContent, _ diagnostics: inout Diagnostics) -> Repetition {
        guard let forEach = content.attributes["for_each"] else {
            return content.attributes["count"].map { .count($0.expression) } ?? .none
        }
        if content.attributes["count"] != nil {
            diagnostics.append(
                .error(
                    "Invalid combination of \"count\" and \"for_each\"",
                    """
                    The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used to be explicit about the \
                    number of resources to be created.
                    """, subject: forEach.nameRange))
        }
        return .forEach(forEach.expression)
    }
}

extension Diagnostics {
    /// Complains about a block whose type may get a meaning one day.
    mutating func refuseReserved(_ block: Block, in noun: String) {
        let detail = "The block type name \(block.type.goQuoted) is reserved for use by Terraform in a future version."
        append(.error("Reserved block type name in \(noun) block", detail, subject: block.typeRange))
    }
}

extension Body {
    /// Adds what stands in a `_` block, where arguments have no meaning but that of the type.
    mutating func open(_ block: Block, first: inout Block?, noun: String, kind: String, _ diagnostics: inout Diagnostics) {
        guard let first else {
            first = block
            self = merged(with: block.body)
            return
        }
        diagnostics.append(
            .error(
                "Duplicate escaping block",
                """
                The special block type "_" can be used to force particular arguments to be interpreted as \(kind)-specific rather than as \
                meta-arguments, but each \(noun) block can have only one such block. The first escaping block was at \(first.headerRange).
                """, subject: block.headerRange))
    }
}
