import HCL
import TemplateConfiguration

extension VariableDeclaration {
    /// What a variable is: the value that was given, or its default; of its type, and with its marks.
    ///
    /// - Parameters:
    ///   - given: nil if nothing was.
    ///   - module: whose variable it is.
    ///   - range: the argument that gave it.
    func finalValue(_ given: Value?, in module: ModuleInstanceAddress, at range: SourceRange?) -> (value: Value, diagnostics: Diagnostics) {
        let name = module.isRoot ? "var.\(input.name)" : "\(module).var.\(input.name)"
        let unknown = Value.unknown(input.type.withoutOptional)
        guard let value = given ?? input.fallback else {
            let detail = "The variable \(input.name.goQuoted) is required, but is not set."
            return (unknown, [.error("Required variable not set", detail, subject: self.range)])
        }
        do {
            var converted = try input.converted(value)
            if converted.isNull && !input.isNullable {
                guard let fallback = input.fallback, !fallback.isNull else {
                    let detail = """
                        The given value is not suitable for \(name) defined at \(self.range): required variable may not be set to null.
                        """
                    return (unknown, [.error("Required variable not set", detail, subject: range ?? self.range)])
                }
                converted = fallback
            }
            return (input.marked(converted), [])
        } catch {
            let detail = "The given value is not suitable for \(name) declared at \(self.range): \(error)."
            return (unknown, [.error("Invalid value for input variable", detail, subject: range ?? self.range)])
        }
    }
}
