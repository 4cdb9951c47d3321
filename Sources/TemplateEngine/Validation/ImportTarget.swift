import HCL
import TemplateConfiguration

/// What an `import` block names in `to`.
struct ImportTarget {
    var module: ModuleAddress
    var resource: ResourceAddress
    /// The expression of the instance key; nil if there is none.
    var key: Expression?
    /// Whether a key, of the resource or of a module, has to be computed.
    var isComputed: Bool

    /// Nil if it names no resource, which loading has told.
    init?(_ expression: Expression) {
        guard let parts = expression.addressParts else { return nil }
        var rest = parts[...]
        var calls: [String] = []
        var isComputed = false
        func takeKey() -> Expression? {
            guard case .key(let key)? = rest.first else { return nil }
            rest.removeFirst()
            if !key.traversals().isEmpty { isComputed = true }
            return key
        }
        while rest.first?.name == "module" {
            rest.removeFirst()
            guard let call = rest.popFirst()?.name else { return nil }
            calls.append(call)
            _ = takeKey()
        }
        if rest.first?.name == "resource" { rest.removeFirst() }
        guard let type = rest.popFirst()?.name, let name = rest.popFirst()?.name else { return nil }
        key = takeKey()
        module = ModuleAddress(calls)
        resource = ResourceAddress(.managed, type, name)
        self.isComputed = isComputed
    }

    var configured: ConfiguredResourceAddress { ConfiguredResourceAddress(module, resource) }
}

/// A step of an address, as an expression spells it.
enum AddressPart {
    case name(String)
    case key(Expression)

    var name: String? { if case .name(let name) = self { name } else { nil } }
}

extension Expression {
    /// The steps of a reference in which keys may be expressions; nil for anything else.
    fileprivate var addressParts: [AddressPart]? {
        switch self {
        case .scopeTraversal(let traversal, _): [.name(traversal.root)] + traversal.steps.map(\.addressPart)
        case .relativeTraversal(let source, let steps, _): source.addressParts.map { $0 + steps.map(\.addressPart) }
        case .index(let collection, let key, _, _): collection.addressParts.map { $0 + [.key(key)] }
        case .parentheses(let inner, _): inner.addressParts
        default: nil
        }
    }
}

extension TraversalStep {
    fileprivate var addressPart: AddressPart {
        switch self {
        case .attribute(let name, _): .name(name)
        case .index(let key, let range): .key(.literal(key, range))
        }
    }
}
