import HCL
package import TemplateConfiguration

extension ResourceInstanceAddress {
    /// What an expression names, without the attributes after it: `coder_agent.main.id`. Nil if it is no resource.
    package init?(startOf reference: String) {
        let (traversal, diagnostics) = Parser.parseTraversal(Array(reference.utf8), file: "")
        guard let traversal, !diagnostics.hasErrors else { return nil }
        switch Reference.parse(traversal).0?.subject {
        case .resource(let address): self.init(.root, address)
        case .resourceInstance(let address, let key): self.init(.root, address, key)
        default: return nil
        }
    }
}
