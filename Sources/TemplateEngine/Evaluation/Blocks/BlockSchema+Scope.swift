package import HCL
package import ProviderKit

extension BlockSchema {
    /// What a body says, with references that mean what they do in a scope; the context is that of the body, for findings in it.
    ///
    /// A reference to what does not exist is all that is told.
    package func decode(_ body: Body, in scope: Scope) -> (value: Value, diagnostics: Diagnostics) {
        let (context, diagnostics) = scope.context(for: traversals(of: body))
        if diagnostics.hasErrors { return (.unknown(impliedType), diagnostics) }
        let (value, found) = decode(body, in: context)
        return (value, diagnostics + found)
    }
}
