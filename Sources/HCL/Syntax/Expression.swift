/// An expression as it was written.
package indirect enum Expression: Sendable {
    /// A number, bool or null; a string without interpolation is a ``template(_:_:)`` of one literal part.
    case literal(Value, SourceRange)
    /// A quoted or heredoc template; its value is a string, or unknown.
    case template([TemplatePart], SourceRange)
    /// A template that is one interpolation only, `"${x}"`: the value keeps its type.
    case templateWrap(Expression, SourceRange)
    /// A reference from the scope: `var.name[0].id`.
    case scopeTraversal(Traversal, SourceRange)
    /// Steps from the value of an expression: `f().a[0]`.
    case relativeTraversal(Expression, [TraversalStep], SourceRange)
    case functionCall(FunctionCall, SourceRange)
    case conditional(condition: Expression, then: Expression, otherwise: Expression, SourceRange)
    /// `collection[key]` with a key that is not a constant.
    case index(collection: Expression, key: Expression, open: SourceRange, SourceRange)
    case tuple([Expression], open: SourceRange, SourceRange)
    case object([ObjectItem], open: SourceRange, SourceRange)
    /// A key of an object: a bare name stands for itself, unless `isForced` by parentheses.
    case objectKey(Expression, isForced: Bool, SourceRange)
    case forEach(ForExpression, SourceRange)
    case splat(SplatExpression, SourceRange)
    case binary(BinaryOperator, Expression, Expression, SourceRange)
    case unary(UnaryOperator, Expression, symbol: SourceRange, SourceRange)
    case parentheses(Expression, SourceRange)
    /// The element a splat's steps apply to.
    case splatElement(SourceRange)

    package var range: SourceRange {
        switch self {
        case .literal(_, let range), .template(_, let range), .templateWrap(_, let range), .scopeTraversal(_, let range),
            .relativeTraversal(_, _, let range), .functionCall(_, let range), .conditional(_, _, _, let range), .index(_, _, _, let range),
            .tuple(_, _, let range), .object(_, _, let range), .objectKey(_, _, let range), .forEach(_, let range), .splat(_, let range),
            .binary(_, _, _, let range), .unary(_, _, _, let range), .parentheses(_, let range), .splatElement(let range):
            range
        }
    }
}

/// A part of a template. Directives nest: the parts between `%{if}` and `%{endif}` are in the part itself.
package indirect enum TemplatePart: Sendable {
    case literal(String, SourceRange)
    /// `${ … }`; the range is that of the expression.
    case interpolation(Expression)
    /// `%{ if c } … %{ else } … %{ endif }`
    case conditional(condition: Expression, then: [TemplatePart], otherwise: [TemplatePart], SourceRange)
    /// `%{ for k, v in c } … %{ endfor }`
    case loop(key: String?, value: String, collection: Expression, body: [TemplatePart], collectionRange: SourceRange, SourceRange)
}

/// A name with steps after it.
package struct Traversal: Sendable {
    package var root: String
    package var rootRange: SourceRange
    package var steps: [TraversalStep]
    package var range: SourceRange

    package init(root: String, rootRange: SourceRange, steps: [TraversalStep], range: SourceRange) {
        self.root = root
        self.rootRange = rootRange
        self.steps = steps
        self.range = range
    }
}

/// One step of a traversal.
package enum TraversalStep: Sendable {
    /// `.name`
    case attribute(String, SourceRange)
    /// `[key]` with a constant key, or the legacy `.0`.
    case index(Value, SourceRange)

    package var range: SourceRange {
        switch self {
        case .attribute(_, let range), .index(_, let range): range
        }
    }
}

/// `name(arguments…)`; a provider's function has a name with `::`.
package struct FunctionCall: Sendable {
    package var name: String
    package var nameRange: SourceRange
    package var arguments: [Expression]
    /// Whether the last argument is expanded: `f(xs...)`.
    package var expandsFinal: Bool
    package var open: SourceRange
    package var close: SourceRange

    package init(
        name: String, nameRange: SourceRange, arguments: [Expression], expandsFinal: Bool, open: SourceRange, close: SourceRange
    ) {
        self.name = name
        self.nameRange = nameRange
        self.arguments = arguments
        self.expandsFinal = expandsFinal
        self.open = open
        self.close = close
    }
}

/// `key = value` in an object.
package struct ObjectItem: Sendable {
    /// An ``Expression/objectKey(_:isForced:_:)``.
    package var key: Expression
    package var value: Expression

    package init(key: Expression, value: Expression) {
        self.key = key
        self.value = value
    }
}

/// `[for k, v in c : value if condition]` or `{for … : key => value… if condition}`
package struct ForExpression: Sendable {
    package var keyName: String?
    package var valueName: String
    package var collection: Expression
    /// Nil makes a tuple.
    package var key: Expression?
    package var value: Expression
    package var condition: Expression?
    /// Whether values of one key are grouped: `…`.
    package var groups: Bool
    package var open: SourceRange
    package var close: SourceRange

    package init(
        keyName: String?, valueName: String, collection: Expression, key: Expression?, value: Expression, condition: Expression?,
        groups: Bool, open: SourceRange, close: SourceRange
    ) {
        self.keyName = keyName
        self.valueName = valueName
        self.collection = collection
        self.key = key
        self.value = value
        self.condition = condition
        self.groups = groups
        self.open = open
        self.close = close
    }
}

/// `source[*].a` or `source.*.a`
package struct SplatExpression: Sendable {
    package var source: Expression
    /// What is done with each element; a ``Expression/splatElement(_:)`` stands for it.
    package var each: Expression
    package var marker: SourceRange

    package init(source: Expression, each: Expression, marker: SourceRange) {
        self.source = source
        self.each = each
        self.marker = marker
    }
}

package enum BinaryOperator: String, Sendable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
}

package enum UnaryOperator: String, Sendable {
    case negate = "-"
    case not = "!"
}
