import HCL

extension CheckRule {
    static func decode(_ block: Block, isOverride: Bool, _ diagnostics: inout Diagnostics) -> CheckRule? {
        if isOverride {
            let detail = "Override files cannot override \(block.type.goQuoted) blocks."
            diagnostics.append(.error("Can't override \(block.type) blocks", detail, subject: block.headerRange))
            return nil
        }
        let schema = BodySchema(attributes: [.init("condition", isRequired: true), .init("error_message", isRequired: true)])
        let (content, found) = block.body.content(schema)
        diagnostics += found
        let condition = content.attributes["condition"]?.expression
        if let condition, condition.traversals().isEmpty {
            diagnostics.append(
                .error(
                    "Invalid \(block.type) expression",
                    """
                    The condition expression must refer to at least one object from elsewhere in the configuration, or else its result \
                    would not be checking anything.
                    """, subject: condition.range))
        }
        guard let condition, let message = content.attributes["error_message"]?.expression else { return nil }
        return CheckRule(condition: condition, errorMessage: message, range: block.headerRange)
    }

    /// Complains if a rule refers to the resource that it is for.
    func checkSelfReferences(_ address: ResourceAddress, _ type: String, _ diagnostics: inout Diagnostics) {
        for expression in [condition, errorMessage] {
            for traversal in expression.traversals() {
                let subject = Reference.parse(traversal).0?.subject
                let target: ResourceAddress? =
                    switch subject {
                    case .resource(let target), .resourceInstance(let target, _): target
                    default: nil
                    }
                guard target == address else { continue }
                diagnostics.append(
                    .error(
                        "Invalid reference in \(type)", "Configuration for \(address) may not refer to itself.", subject: expression.range))
                break
            }
        }
    }
}
