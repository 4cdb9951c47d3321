import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Provisioners: after an object was made, or before it ends.
extension Walk {
    /// Runs them in order.
    ///
    /// - Returns: false, and told, if a provisioner failed that may not.
    func provision(_ context: InstanceContext, _ value: Value, isEnd: Bool = false) async -> Bool {
        let provisioners = context.declaration.provisioners.filter { ($0.when == .destroy) == isEnd }
        for provisioner in provisioners {
            guard await run(provisioner, context, value) else {
                if provisioner.onFailure == .proceed { continue }
                return false
            }
        }
        return true
    }

    private func run(_ declaration: ProvisionerDeclaration, _ context: InstanceContext, _ value: Value) async -> Bool {
        let address = context.address.description
        guard let provisioner = catalog.provisioners[declaration.type] else {
            let detail = "The provisioner \(declaration.type.goQuoted) is not part of this engine."
            report([.error("Missing required provisioner plugin", detail, subject: declaration.typeRange)])
            return false
        }
        let scope = ModuleScope(values: values, module: context.address.module, repetition: context.repetition, own: value)
        let traversals = provisioner.schema.traversals(of: declaration.body)
        guard await prepare(traversals, in: context.address.module) else { return false }
        let (configuration, found) = provisioner.schema.decode(declaration.body, in: scope.scope)
        guard let connection = await connection(declaration, context, scope) else { return false }
        let severity = declaration.onFailure == .proceed ? Diagnostic.Severity.warning : .error
        report(found.map { $0.severity == .error && severity == .warning ? $0.asWarning : $0 })
        if found.hasErrors { return false }
        let secrets = [(Marks.sensitive, "sensitive"), (.ephemeral, "ephemeral")].filter {
            configuration.containsMarks($0.0) || connection.containsMarks($0.0)
        }
        let cover =
            secrets.isEmpty ? nil : "(output suppressed due to \(secrets.map(\.1).joined(separator: ", ")) value in config)"
        let observer = environment.observer
        observer(.provisioning(address: address, provisioner: declaration.type))
        let operation = ProvisionerOperation(address: address, environment: environment.provider) { line in
            observer(.output(address: address, line: cover ?? line))
        }
        do {
            let (plain, plainConnection) = (configuration.unmarkedDeep().0, connection.unmarkedDeep().0)
            try await limit.run { try await provisioner.run(plain, connection: plainConnection, operation) }
            return true
        } catch {
            let diagnostics = ProviderFailure(error, "run the provisioner \(declaration.type) of \(address)")
                .diagnostics(in: declaration.body, address: address)
            // As in Terraform, a failure that does not matter is not told; what was printed is.
            if severity == .error { report(diagnostics) }
            return false
        }
    }

    /// What the `connection` blocks of resource and provisioner say together; null without any, nil, and told, if wrong.
    private func connection(_ provisioner: ProvisionerDeclaration, _ context: InstanceContext, _ scope: ModuleScope) async -> Value? {
        let schema = ConnectionSchema.block
        let bodies = [context.declaration.connection?.body, provisioner.connection?.body].compactMap(\.self)
        var merged: [String: Value]?
        for body in bodies {
            guard await prepare(schema.traversals(of: body), in: context.address.module) else { return nil }
            let (value, found) = schema.lenient.decode(body, in: scope.scope)
            report(found)
            if found.hasErrors { return nil }
            merged = (merged ?? [:]).merging(value.members ?? [:]) { outer, inner in inner.isNull ? outer : inner }
        }
        return merged.map { .object($0) } ?? .null(schema.impliedType)
    }
}

extension BlockSchema {
    /// The same with nothing required, as another block may say it.
    fileprivate var lenient: BlockSchema {
        var schema = self
        schema.attributes = attributes.mapValues {
            var attribute = $0
            if attribute.presence == .required { attribute.presence = .optional }
            return attribute
        }
        return schema
    }
}
