import HCL

extension ProvisionerDeclaration {
    private static let schema = BodySchema(
        attributes: ["when", "on_failure"], blocks: [.init("_"), .init("connection"), .init("lifecycle")])
    private static let removedTypes: Set<String> = ["chef", "habitat", "puppet", "salt-masterless"]

    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> ProvisionerDeclaration? {
        let type = block.labels[0]
        if removedTypes.contains(type) {
            let detail = """
                The "\(type)" provisioner was deprecated in Terraform 0.13.4 has been removed from Terraform. Visit \
                https://learn.hashicorp.com/collections/terraform/provision for alternatives to using provisioners that are a better fit \
                for the Terraform workflow.
                """
            diagnostics.append(.error("The \"\(type)\" provisioner has been removed", detail, subject: block.labelRanges[0]))
            return nil
        }
        let (content, found) = block.body.partialContent(schema)
        diagnostics += found
        var provisioner = ProvisionerDeclaration(
            type: type, body: block.body.remaining(schema), typeRange: block.labelRanges[0], range: block.headerRange)
        if let attribute = content.attributes["when"] {
            switch attribute.keyword(&diagnostics) {
            case "create": break
            case "destroy": provisioner.when = .destroy
            default: diagnostics.refuseKeyword(attribute, "create or destroy")
            }
        }
        if provisioner.when == .destroy { provisioner.body.checkOnlyOwnReferences(&diagnostics) }
        if let attribute = content.attributes["on_failure"] {
            switch attribute.keyword(&diagnostics) {
            case "continue": provisioner.onFailure = .proceed
            case "fail": break
            default: diagnostics.refuseKeyword(attribute, "continue or fail")
            }
        }
        provisioner.decode(content.blocks, &diagnostics)
        return provisioner
    }

    private mutating func decode(_ blocks: [Block], _ diagnostics: inout Diagnostics) {
        var escape: Block?
        for block in blocks {
            switch block.type {
            case "connection":
                if let connection {
                    let detail = "This provisioner already has a connection block at \(connection.headerRange)."
                    diagnostics.append(.error("Duplicate connection block", detail, subject: block.headerRange))
                } else {
                    connection = block
                    if when == .destroy { block.body.checkOnlyOwnReferences(&diagnostics) }
                }
            // The misspelling is Terraform's.
            case "_": body.open(block, first: &escape, noun: "provisioner", kind: "provisioner-typpe", &diagnostics)
            default: diagnostics.refuseReserved(block, in: "provisioner")
            }
        }
    }
}

extension Attribute {
    fileprivate func keyword(_ diagnostics: inout Diagnostics) -> String? {
        expression.unquoted(asKeyword: true, &diagnostics).staticKeyword
    }
}

extension Diagnostics {
    fileprivate mutating func refuseKeyword(_ attribute: Attribute, _ choices: String) {
        let detail = "The \(attribute.name.goQuoted) argument requires one of the following keywords: \(choices)."
        append(.error("Invalid \(attribute.name.goQuoted) keyword", detail, subject: attribute.expression.range))
    }
}

extension Body {
    /// Complains about references to what may be gone when a provisioner runs while its resource is destroyed.
    func checkOnlyOwnReferences(_ diagnostics: inout Diagnostics) {
        // Blocks in it are told of elsewhere.
        for attribute in justAttributes().0 {
            for traversal in attribute.expression.traversals() where !traversal.isOwn {
                diagnostics.append(
                    .error(
                        "Invalid reference from destroy provisioner",
                        """
                        Destroy-time provisioners and their connection configurations may only reference attributes of the related \
                        resource, via 'self', 'count.index', or 'each.key'.

                        References to other resources during the destroy phase can cause dependency cycles and interact poorly with \
                        create_before_destroy.
                        """, subject: attribute.expression.range))
            }
        }
    }
}

extension Traversal {
    fileprivate var isOwn: Bool {
        let first: String? = if case .attribute(let name, _)? = steps.first, steps.count == 1 { name } else { nil }
        switch root {
        case "self", "path", "terraform": return true
        case "count": return first == "index"
        case "each": return first == "key"
        default: return false
        }
    }
}
