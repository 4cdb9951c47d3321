/// Puts the pieces of a template between its directives inside them.
struct TemplateTree {
    private let atoms: [TemplateAtom]
    /// Where the template ends.
    private let end: SourceRange
    private var next = 0
    private var depth = 0
    private(set) var diagnostics: Diagnostics = []
    private(set) var isTooDeep = false

    init(atoms: [TemplateAtom], end: SourceRange) {
        self.atoms = atoms
        self.end = end
    }

    mutating func parse() -> [TemplatePart] {
        var parts: [TemplatePart] = []
        while next < atoms.count, !isTooDeep { parts.append(part()) }
        return parts
    }

    private mutating func part() -> TemplatePart {
        let atom = atoms[next]
        next += 1
        switch atom {
        case .literal(let text, let range): return .literal(text, range)
        case .interpolation(let expression, _): return .interpolation(expression)
        case .opensIf(let condition, let range): return conditional(condition, open: range)
        case .opensFor(let key, let value, let collection, let range):
            guard let (body, close) = content(of: range, isLoop: true) else { return .literal("", end) }
            return .loop(
                key: key, value: value, collection: collection, body: body.then, collectionRange: collection.range, .between(range, close))
        case .closing(let directive, let range):
            fail("Unexpected \(directive.rawValue) directive", "The control directives within this template are unbalanced.", at: range)
            return .literal("", range)
        }
    }

    private mutating func conditional(_ condition: Expression, open: SourceRange) -> TemplatePart {
        guard let (content, close) = content(of: open, isLoop: false) else { return .literal("", end) }
        let otherwise = content.otherwise ?? []
        let atClose = SourceRange(file: close.file, start: close.start, end: close.start)
        return .conditional(
            condition: condition, then: content.then, otherwise: otherwise.isEmpty ? [.literal("", atClose)] : otherwise,
            .between(open, close))
    }

    private typealias Content = (then: [TemplatePart], otherwise: [TemplatePart]?)

    /// What stands up to the closing directive, and where that is; nil if it is another one, or missing.
    private mutating func content(of open: SourceRange, isLoop: Bool) -> (Content, close: SourceRange)? {
        guard depth < SyntaxLimits.depthMax else {
            isTooDeep = true
            return nil
        }
        depth += 1
        defer { depth -= 1 }

        var content: Content = ([], nil)
        while next < atoms.count {
            if isTooDeep { return nil }
            if case .closing(let directive, let range) = atoms[next] {
                next += 1
                if directive == .else, !isLoop, content.otherwise == nil {
                    content.otherwise = []
                    continue
                }
                guard directive == (isLoop ? .endfor : .endif) else {
                    failClosing(directive, at: range, open: open, isLoop: isLoop)
                    return nil
                }
                if content.then.isEmpty { content.then = [.literal("", SourceRange(file: open.file, start: open.end, end: open.end))] }
                return (content, range)
            }
            let part = part()
            if content.otherwise == nil { content.then.append(part) } else { content.otherwise?.append(part) }
        }
        let name = isLoop ? "for" : "if"
        fail("Unexpected end of template", "The \(name) directive at \(open) is missing its corresponding end\(name) directive.", at: end)
        return nil
    }

    private mutating func failClosing(_ directive: TemplateAtom.Directive, at range: SourceRange, open: SourceRange, isLoop: Bool) {
        let detail =
            switch (directive, isLoop) {
            case (.else, true): "An else clause is not expected for a for directive."
            case (.else, false): "Already in the else clause for the if started at \(open)."
            case (_, true): "Expecting an endfor directive corresponding to the for directive at \(open)."
            case (_, false): "Expecting an endif directive for the if started at \(open)."
            }
        fail("Unexpected \(directive.rawValue) directive", detail, at: range)
    }

    private mutating func fail(_ summary: String, _ detail: String, at range: SourceRange) {
        diagnostics.append(.error(summary, detail, subject: range))
    }
}
