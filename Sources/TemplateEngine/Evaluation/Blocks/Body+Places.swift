package import HCL
package import ProviderKit

extension Body {
    /// Where the value at a path comes from: the expression of the attribute, the head of the block, or the start of the innermost
    /// block on the way that is written as such.
    package func range(of path: AttributePath) -> SourceRange {
        var path = path
        var key: PathStep?
        if case .index? = path.last { key = path.popLast() }
        guard case .attribute(let name)? = path.last else { return missingItemRange }
        let (body, rest) = innermost(on: Array(path.dropLast()))
        // What is inside the value of an attribute has no place of its own.
        if case .attribute(let outer)? = rest.first, let attribute = body.readAttribute(outer) { return attribute.expression.range }
        guard let attribute = body.readAttribute(name) else { return body.rangeOfBlock(name) ?? body.missingItemRange }
        return key.flatMap { attribute.expression.range(of: $0) } ?? attribute.expression.range
    }

    private func readAttribute(_ name: String) -> Attribute? {
        partialContent(BodySchema(attributes: [.init(name)])).0.attributes[name]
    }

    /// Of the first block of a type, written out or made by a `dynamic` one.
    private func rangeOfBlock(_ type: String) -> SourceRange? {
        let schema = BodySchema(blocks: [.init(type), .init("dynamic", labels: ["type"])])
        return partialContent(schema).0.blocks.first { $0.type == type || $0.labels.first == type }?.headerRange
    }

    /// The body of the last block on a path, and the steps that lead to no block.
    private func innermost(on path: AttributePath) -> (body: Body, rest: ArraySlice<PathStep>) {
        var body = self
        var steps = path[...]
        while case .attribute(let name)? = steps.first {
            let here = steps
            steps.removeFirst()
            var key: Value?
            if case .index(let index)? = steps.first {
                key = index
                steps.removeFirst()
            }
            let labels = key?.stringValue == nil ? [] : ["key"]
            let blocks = body.partialContent(BodySchema(blocks: [.init(name, labels: labels)])).0.blocks
            let next: Block? =
                switch key?.content {
                case nil: blocks.count == 1 ? blocks[0] : nil
                case .number(let number): number.int.flatMap { blocks.indices.contains($0) ? blocks[$0] : nil }
                case .string(let label): blocks.first { $0.labels.first == label }
                default: nil
                }
            guard let next else { return (body, here) }
            body = next.body
        }
        return (body, steps)
    }
}

extension Expression {
    /// The item of a list or object that is written out.
    fileprivate func range(of step: PathStep) -> SourceRange? {
        guard case .index(let key) = step else { return nil }
        switch (self, key.content) {
        case (.tuple(let items, _, _), .number(let number)):
            return number.int.flatMap { items.indices.contains($0) ? items[$0].range : nil }
        case (.object(let items, _, _), .string(let name)):
            return items.first { $0.key.evaluate(in: .constant).value.stringValue == name }?.value.range
        default: return nil
        }
    }
}

extension [ProviderFinding] {
    /// The findings about a configuration as diagnostics with their places.
    ///
    /// - Parameters:
    ///   - body: what the configuration was read from.
    ///   - address: of what the findings are about: `terraform_data.a[0]`.
    package func diagnostics(in body: Body, address: String? = nil) -> Diagnostics {
        map { finding in
            let place = finding.path.map { body.range(of: $0) } ?? body.missingItemRange
            var diagnostic = Diagnostic(finding.severity, finding.summary, finding.detail, subject: place)
            diagnostic.address = address
            return diagnostic
        }
    }
}
