package import HCL
package import ProviderKit

extension BlockSchema {
    /// What is wrong with steps into an object of this schema.
    package func problems(with steps: [TraversalStep]) -> Diagnostics { check(steps[...]) }

    func check(_ steps: ArraySlice<TraversalStep>) -> Diagnostics {
        guard let step = steps.first else { return [] }
        let rest = steps.dropFirst()
        switch step {
        case .index(let key, let range):
            var detail = "Only attribute access is allowed here, using the dot operator."
            if let name = key.stringValue, Names.isIdentifier(name) {
                detail = "Only attribute access is allowed here. Did you mean to access attribute \(name.goQuoted) using the dot operator?"
            }
            return [.error("Invalid index operation", detail, subject: range)]
        case .attribute(let name, let range):
            if let attribute = attributes[name] { return Value.unknown(attribute.type).check(rest) }
            if let nested = blocks[name] { return nested.check(rest, type: name) }
            let hint = Names.suggestion(for: name, among: (Array(attributes.keys) + blocks.keys).sorted())
            let detail =
                "This object has no argument, nested block, or exported attribute named \(name.goQuoted)."
                + (hint.map { " Did you mean \($0.goQuoted)?" } ?? "")
            return [.error("Unsupported attribute", detail, subject: range)]
        }
    }
}

extension NestedBlockSchema {
    fileprivate func check(_ steps: ArraySlice<TraversalStep>, type: String) -> Diagnostics {
        guard let step = steps.first else { return [] }
        switch (nesting, step) {
        case (.single, _), (.group, _): return block.check(steps)
        case (.map, _), (.list, .index): return block.check(steps.dropFirst())
        case (.list, .attribute(_, let range)):
            let detail = """
                Block type \(type.goQuoted) is represented by a list of objects, so it must be indexed using a numeric key, like .\(type)[0].
                """
            return [.error("Invalid operation", detail, subject: range)]
        case (.set, _):
            let detail = """
                Block type \(type.goQuoted) is represented by a set of objects, and set elements do not have addressable keys. To find \
                elements matching specific criteria, use a "for" expression with an "if" clause.
                """
            return [.error("Cannot index a set value", detail, subject: step.range)]
        }
    }
}

extension Value {
    /// What is wrong with steps from a value of this type.
    fileprivate func check(_ steps: ArraySlice<TraversalStep>) -> Diagnostics {
        var value = self
        for step in steps {
            do {
                switch step {
                case .attribute(let name, let range): value = try value.attribute(name, range)
                case .index(let key, let range): value = try value.indexed(by: key, range)
                }
            } catch {
                return [error]
            }
        }
        return []
    }
}
