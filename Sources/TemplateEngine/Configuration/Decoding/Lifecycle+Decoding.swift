import HCL

extension Lifecycle {
    private static let schema = BodySchema(
        attributes: ["create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"],
        blocks: [.init("precondition"), .init("postcondition")])

    static func decode(_ block: Block, of address: ResourceAddress, isOverride: Bool, _ diagnostics: inout Diagnostics) -> Lifecycle {
        let (content, found) = block.body.content(schema)
        diagnostics += found
        var lifecycle = Lifecycle()
        if address.mode == .managed {
            lifecycle.createBeforeDestroy = content.attributes["create_before_destroy"]?.constantFlag(&diagnostics)
            if let attribute = content.attributes["prevent_destroy"] {
                lifecycle.preventDestroy = attribute.constantFlag(&diagnostics) ?? false
                lifecycle.preventDestroyRange = attribute.range
            }
            if let attribute = content.attributes["replace_triggered_by"] {
                lifecycle.replaceTriggeredBy = triggers(attribute.expression, &diagnostics)
            }
            if let attribute = content.attributes["ignore_changes"] {
                lifecycle.ignoredChanges = ignoredChanges(attribute.expression, &diagnostics)
            }
        } else {
            refuseManaged(content, address.mode, &diagnostics)
        }
        for block in content.blocks {
            guard let rule = CheckRule.decode(block, isOverride: isOverride, &diagnostics) else { continue }
            rule.checkSelfReferences(address, block.type, &diagnostics)
            if block.type == "precondition" { lifecycle.preconditions.append(rule) } else { lifecycle.postconditions.append(rule) }
        }
        return lifecycle
    }

    private static func refuseManaged(_ content: BodyContent, _ mode: ResourceAddress.Mode, _ diagnostics: inout Diagnostics) {
        let noun = mode == .data ? "data resource" : "ephemeral resource"
        for attribute in content.attributes.values.sorted(by: { $0.range.start < $1.range.start }) {
            let detail = """
                The lifecycle argument \(attribute.name.goQuoted) is defined only for managed resources ("resource" blocks), and is not \
                valid for \(noun)s.
                """
            diagnostics.append(.error("Invalid \(noun) lifecycle argument", detail, subject: attribute.nameRange))
        }
    }

    private static func ignoredChanges(_ expression: Expression, _ diagnostics: inout Diagnostics) -> IgnoredChanges {
        if expression.staticKeyword == "all" { return .all }
        let items = expression.staticList(&diagnostics)
        var traversals: [Traversal] = []
        var star: SourceRange?
        for item in items {
            if item.isStar {
                star = item.range
                let detail = """
                    The ["*"] form of ignore_changes wildcard is was deprecated and is now invalid. Use "ignore_changes = all" to ignore \
                    changes to all attributes.
                    """
                diagnostics.append(.error("Invalid ignore_changes wildcard", detail, subject: expression.range))
            } else if let traversal = item.reference(&diagnostics) {
                traversals.append(traversal)
            }
        }
        guard let star else { return traversals.isEmpty ? .none : .attributes(traversals) }
        if !traversals.isEmpty {
            let detail = "Cannot mix wildcard string \"*\" with non-wildcard references."
            diagnostics.append(.error("Invalid ignore_changes ruleset", detail, subject: star))
        }
        return .all
    }

    /// Reads until the first mistake.
    private static func triggers(_ expression: Expression, _ diagnostics: inout Diagnostics) -> [Expression] {
        var triggers: [Expression] = []
        let items = expression.staticList(&diagnostics)
        for item in items { diagnostics += item.spellingMistakes }
        for item in items.map(\.spelled) {
            let mistakes = triggerMistakes(item)
            diagnostics += mistakes
            if mistakes.hasErrors { break }
            triggers.append(item)
        }
        return triggers
    }

    private static func triggerMistakes(_ item: Expression) -> Diagnostics {
        var mistakes: Diagnostics = []
        var resources = 0
        for traversal in item.traversals() {
            let (reference, found) = Reference.parse(traversal)
            mistakes += found
            switch reference?.subject {
            case nil: break
            case .resource, .resourceInstance: resources += 1
            case .each("key"), .count("index"): break
            case .each:
                let detail = "Only each.key may be used in replace_triggered_by."
                mistakes.append(.error("Invalid each reference in replace_triggered_by expression", detail, subject: item.range))
            case .count:
                let detail = "Only count.index may be used in replace_triggered_by."
                mistakes.append(.error("Invalid count reference in replace_triggered_by expression", detail, subject: item.range))
            default:
                let detail = "Only resources, count.index, and each.key may be used in replace_triggered_by."
                mistakes.append(.error("Invalid reference in replace_triggered_by expression", detail, subject: item.range))
            }
        }
        if resources == 1 { return mistakes }
        let detail = "\(resources == 0 ? "Missing resource reference" : "Multiple resource references") in replace_triggered_by expression."
        return mistakes + [.error("Invalid replace_triggered_by expression", detail, subject: item.range)]
    }
}

extension Expression {
    /// What is wrong with an expression in a text of JSON.
    fileprivate var spellingMistakes: Diagnostics {
        guard range.file.hasSuffix(".json"), spelledInJSON == nil, case .template(let parts, let range) = self, parts.count == 1,
            case .literal(let text, _) = parts[0]
        else { return [] }
        return Parser.parseExpression(Array(text.utf8), file: range.file, start: range.start).1
    }

    /// `"*"`
    fileprivate var isStar: Bool {
        guard case .template(let parts, _) = self, parts.count == 1, case .literal("*", _) = parts[0] else { return false }
        return true
    }
}
