import HCL
package import TemplateConfiguration

extension ResourceInstanceAddress {
    /// Reads an address as Terraform prints it: `module.m["x"].data.type.name[0]`; nil if it is none.
    package init?(parsing text: String) {
        let (traversal, diagnostics) = Parser.parseTraversal(Array(text.utf8), file: "")
        guard let traversal, !diagnostics.hasErrors else { return nil }
        var reader = AddressReader(traversal)
        guard let address = reader.resource(), reader.isAtEnd else { return nil }
        self = address
    }

    /// What an expression names, without the attributes after it: `coder_agent.main.id`. Nil if it is no resource.
    package init?(startOf reference: String) {
        let (traversal, diagnostics) = Parser.parseTraversal(Array(reference.utf8), file: "")
        guard let traversal, !diagnostics.hasErrors else { return nil }
        var reader = AddressReader(traversal)
        guard let address = reader.resource() else { return nil }
        self = address
    }
}

extension ModuleInstanceAddress {
    /// Reads an address as Terraform prints it: `module.m["x"].module.n`; nil if it is none.
    package init?(parsing text: String) {
        guard !text.isEmpty else {
            self = .root
            return
        }
        let (traversal, diagnostics) = Parser.parseTraversal(Array(text.utf8), file: "")
        guard let traversal, !diagnostics.hasErrors else { return nil }
        var reader = AddressReader(traversal)
        let module = reader.module()
        guard reader.isAtEnd else { return nil }
        self = module
    }
}

/// Takes an address apart, word by word.
private struct AddressReader {
    private enum Part {
        case word(String)
        case key(InstanceKey)
    }

    private var parts: [Part]
    private var position = 0

    init(_ traversal: Traversal) {
        parts = [.word(traversal.root)]
        for step in traversal.steps {
            switch step {
            case .attribute(let name, _): parts.append(.word(name))
            case .index(let key, _):
                if let text = key.stringValue {
                    parts.append(.key(.string(text)))
                } else if let number = key.numberValue?.int {
                    parts.append(.key(.integer(number)))
                } else {
                    return
                }
            }
        }
    }

    var isAtEnd: Bool { position == parts.count }

    mutating func module() -> ModuleInstanceAddress {
        var module = ModuleInstanceAddress.root
        while position + 1 < parts.count, case .word("module") = parts[position], case .word(let call) = parts[position + 1] {
            position += 2
            module = module.child(call, key())
        }
        return module
    }

    mutating func resource() -> ResourceInstanceAddress? {
        let module = module()
        guard var type = word() else { return nil }
        var mode = ResourceAddress.Mode.managed
        if type == "data" || type == "ephemeral" {
            mode = type == "data" ? .data : .ephemeral
            guard let next = word() else { return nil }
            type = next
        }
        // A type of one word could be `var` or `local`; those are no resources.
        guard !["var", "local", "each", "count", "path", "terraform", "self", "module"].contains(type), let name = word() else {
            return nil
        }
        return ResourceInstanceAddress(module, ResourceAddress(mode, type, name), key())
    }

    private mutating func word() -> String? {
        guard position < parts.count, case .word(let word) = parts[position] else { return nil }
        position += 1
        return word
    }

    private mutating func key() -> InstanceKey? {
        guard position < parts.count, case .key(let key) = parts[position] else { return nil }
        position += 1
        return key
    }
}
