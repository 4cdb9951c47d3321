import HCL

extension RequiredProvider {
    /// Reads a `required_providers` block.
    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> [String: RequiredProvider] {
        let (attributes, found) = block.body.justAttributes()
        diagnostics += found
        if found.hasErrors { return [:] }
        var providers: [String: RequiredProvider] = [:]
        for attribute in attributes {
            let before = diagnostics.count
            let provider = decode(attribute, &diagnostics)
            if !diagnostics[before...].contains(where: { $0.severity == .error }) { providers[attribute.name] = provider }
        }
        return providers
    }

    private static func decode(_ attribute: Attribute, _ diagnostics: inout Diagnostics) -> RequiredProvider {
        var provider = RequiredProvider(
            localName: attribute.name, address: .implied(by: attribute.name), range: attribute.expression.range)
        diagnostics.checkProviderName(attribute.name, attribute.expression.range)
        guard case .object(let items, _, _) = attribute.expression else {
            if case .tuple = attribute.expression {
                let detail = "required_providers entries must be strings or objects."
                diagnostics.append(.error("Invalid required_providers object", detail, subject: attribute.expression.range))
                return provider
            }
            provider.versions = attribute.versionConstraints(&diagnostics) ?? []
            return provider
        }
        for item in items {
            let (key, _) = item.key.evaluate(in: .constant)
            let argument = Attribute(
                name: key.stringValue ?? "", nameRange: item.key.range, equalsRange: item.key.range, expression: item.value,
                range: .between(item.key.range, item.value.range))
            switch argument.name {
            case "version":
                let (value, found) = item.value.evaluate(in: .constant)
                if !found.hasErrors, value.stringValue != nil {
                    provider.versions = argument.versionConstraints(&diagnostics) ?? []
                } else {
                    let detail = "Version must be specified as a string."
                    diagnostics.append(.error("Invalid version constraint", detail, subject: item.value.range))
                }
            case "source": provider.decodeSource(argument, &diagnostics)
            case "configuration_aliases": provider.decodeAliases(item.value, &diagnostics)
            default:
                let detail = """
                    required_providers objects can only contain "version", "source" and "configuration_aliases" attributes. To configure a \
                    provider, use a "provider" block.
                    """
                diagnostics.append(.error("Invalid required_providers object", detail, subject: item.key.range))
            }
        }
        return provider
    }

    private mutating func decodeSource(_ attribute: Attribute, _ diagnostics: inout Diagnostics) {
        let (value, found) = attribute.expression.evaluate(in: .constant)
        guard !found.hasErrors, let source = value.stringValue else {
            diagnostics.append(
                .error("Invalid source", "Source must be specified as a string.", subject: attribute.expression.range))
            return
        }
        if let problem = ProviderAddress.problem(source: source) {
            diagnostics.append(.error(problem.summary, problem.detail, subject: attribute.expression.range))
        } else if let found = ProviderAddress(source: source) {
            address = found
        }
    }

    private mutating func decodeAliases(_ expression: Expression, _ diagnostics: inout Diagnostics) {
        for item in expression.staticList(&diagnostics) {
            guard let traversal = item.staticTraversal(&diagnostics) else { continue }
            if traversal.root != localName {
                let detail = "Configuration aliases must be prefixed with the provider name. Expected \(localName.goQuoted), but found "
                diagnostics.append(
                    .error(
                        "Invalid configuration_aliases value", "\(detail)\(traversal.root.goQuoted).", subject: expression.range))
            } else if let reference = ProviderReference.decode(item, argument: "configuration_aliases", &diagnostics) {
                configurationAliases.append(reference)
            }
        }
    }
}
