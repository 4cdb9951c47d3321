import HCL

/// What a traversal names that is read as an address: a module, a resource, or an instance of one.
struct TargetAddress {
    var module: ModuleInstanceAddress
    var resource: ResourceAddress?
    var key: InstanceKey?
    /// Where the last key stands.
    var keyRange: SourceRange?

    /// Whether both mean the same thing, wherever they are written.
    func isSame(as other: TargetAddress) -> Bool { module == other.module && resource == other.resource && key == other.key }

    /// Reads an address; nil with an error if it is none.
    static func parse(_ traversal: Traversal, _ diagnostics: inout Diagnostics) -> TargetAddress? {
        var reader = TargetReader(traversal)
        let address = reader.read()
        diagnostics += reader.diagnostics
        return reader.diagnostics.hasErrors ? nil : address
    }
}

private struct TargetReader {
    /// The whole as steps, the first of which is a name.
    private var rest: ArraySlice<TraversalStep>
    private let range: SourceRange
    var diagnostics: Diagnostics = []

    init(_ traversal: Traversal) {
        rest = ([.attribute(traversal.root, traversal.rootRange)] + traversal.steps)[...]
        range = traversal.range
    }

    mutating func read() -> TargetAddress? {
        var address = TargetAddress(module: .root)
        while case .attribute("module", let keyword)? = rest.first {
            rest.removeFirst()
            guard case .attribute(let name, _)? = rest.first else {
                return fail("Invalid address operator", "Prefix \"module.\" must be followed by a module name.", keyword)
            }
            rest.removeFirst()
            var key: InstanceKey?
            if case .index(_, let range)? = rest.first {
                guard let found = self.key("Invalid module key", "Invalid address operator") else { return nil }
                key = found
                address.keyRange = range
            } else {
                address.keyRange = nil
            }
            address.module = address.module.child(name, key)
            if case .index(_, let range)? = rest.first {
                return fail("Invalid address operator", "Module address prefix must be followed by dot and then a name.", range)
            }
        }
        if rest.isEmpty { return address }
        address.keyRange = nil
        return resource(in: &address) ? address : nil
    }

    private static let reserved: Set<String> = [
        "each", "local", "path", "self", "terraform", "var", "template", "lazy", "arg", "count", "module",
    ]

    private mutating func resource(in address: inout TargetAddress) -> Bool {
        var mode = ResourceAddress.Mode.managed
        if case .attribute(let word, _)? = rest.first {
            let modes: [String: ResourceAddress.Mode] = ["data": .data, "ephemeral": .ephemeral, "resource": .managed]
            if let found = modes[word] {
                mode = found
                rest.removeFirst()
            } else if Self.reserved.contains(word) {
                let detail = """
                    The keyword \(word.goQuoted) is reserved and cannot be used to target a resource address. If you are targeting a resource \
                    type that uses a reserved keyword, please prefix your address with "resource.".
                    """
                return fail("Invalid address", detail, range) != nil
            }
        }
        guard let first = rest.first, let last = rest.last, rest.count >= 2 else {
            let detail = "Resource specification must include a resource type and name."
            return fail("Invalid address", detail, rest.first?.range ?? range) != nil
        }
        guard case .attribute(let type, _) = first else {
            let noun = mode == .data ? "data source" : "resource type"
            return fail("Invalid address", "A \(noun) name is required.", first.range) != nil
        }
        rest.removeFirst()
        guard case .attribute(let name, _)? = rest.first else {
            return fail("Invalid address", "A resource name is required.", rest.first?.range ?? last.range) != nil
        }
        rest.removeFirst()
        address.resource = ResourceAddress(mode, type, name)
        guard let next = rest.first else { return true }
        if rest.count > 1 {
            return fail("Invalid address", "Unexpected extra operators after address.", rest[rest.startIndex + 1].range) != nil
        }
        guard case .index(_, let range) = next else {
            return fail("Invalid address", "Resource instance key must be given in square brackets.", next.range) != nil
        }
        address.keyRange = range
        address.key = key("Invalid resource instance key", "Invalid address")
        return address.key != nil
    }

    /// Takes the key that comes next.
    private mutating func key(_ prefix: String, _ summary: String) -> InstanceKey? {
        guard case .index(let value, let range)? = rest.popFirst() else { return nil }
        switch value.content {
        case .string(let text): return .string(text)
        case .number(let number):
            if number.isInteger, let integer = number.int { return .integer(integer) }
            _ = fail(summary, "\(prefix): must be an integer.", range)
        default: _ = fail(summary, "\(prefix): must be either a string or an integer.", range)
        }
        return nil
    }

    private mutating func fail(_ summary: String, _ detail: String, _ range: SourceRange) -> TargetAddress? {
        diagnostics.append(.error(summary, detail, subject: range))
        return nil
    }
}
