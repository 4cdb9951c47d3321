import HCL
import TemplateConfiguration

extension ValidationWalk {
    func validate(_ declaration: ImportDeclaration, in address: ModuleAddress) -> Diagnostics {
        var data = data(in: address)
        var diagnostics: Diagnostics = []
        if let expression = declaration.forEach {
            data.repetition = .forEach
            diagnostics += forEach(expression, in: address)
        }
        let (value, found) = data.scope.evaluate(declaration.id, as: .string)
        diagnostics += found
        if !found.hasErrors, value.isNull {
            diagnostics.append(.error("Invalid import id argument", "The import ID cannot be null.", subject: declaration.id.range))
        }
        return diagnostics
    }

    private func forEach(_ expression: Expression, in address: ModuleAddress) -> Diagnostics {
        let (value, found) = data(in: address).scope.evaluate(expression)
        if found.hasErrors || !value.isKnown { return found }
        if value.isNull || !(value.type.isCollection || value.type.isStructural) {
            let detail = #"The "for_each" expression must be a collection."#
            return found + [.error("Invalid for_each argument", detail, subject: expression.range)]
        }
        return found
    }
}
