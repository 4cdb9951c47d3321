import HCL
import TemplateConfiguration

/// What is wrong with `moved` and `removed` blocks, seen together and beside what the configuration declares.
struct MoveRules {
    let configuration: Configuration
    /// Whether the configuration has a module instance, and an instance of a resource.
    let hasModule: (ModuleInstanceAddress) -> Bool
    let hasInstance: (ResourceInstanceAddress) -> Bool

    /// One end of a statement, in the whole configuration.
    private struct End: Hashable, CustomStringConvertible {
        var module: ModuleInstanceAddress
        var resource: ResourceAddress?
        var key: InstanceKey?

        init(_ endpoint: MoveEndpoint, in module: ModuleAddress) {
            let outer = module.calls.map { ModuleInstanceAddress.Step($0) }
            self.module = ModuleInstanceAddress(outer + endpoint.module.steps)
            resource = endpoint.resource
            key = endpoint.key
        }

        var description: String {
            resource.map { ResourceInstanceAddress(module, $0, key).description } ?? module.description
        }

        /// Whether it is one instance that is meant.
        var hasKey: Bool { resource == nil ? module.steps.last?.key != nil : key != nil }
    }

    private struct Statement {
        var from: End
        var to: End
        var range: SourceRange

        /// Whether an instance moves, not all of them.
        var isAboutInstance: Bool { from.hasKey || to.hasKey }

        var noun: String {
            let kind = from.resource == nil ? "module" : "resource"
            return isAboutInstance ? "\(kind) instance" : kind
        }

        func label(_ end: End) -> String { "\(end)\(isAboutInstance ? "" : "[*]")" }
    }

    func diagnostics() -> Diagnostics {
        let modules = configuration.modules.keys.sorted { $0.description < $1.description }
        let statements = modules.flatMap { module in
            (configuration[module]?.moves ?? []).map {
                Statement(from: End($0.from, in: module), to: End($0.to, in: module), range: $0.range)
            }
        }
        let found = statements.flatMap { statement in
            statement.from == statement.to ? [redundant(statement)] : stillDeclared(statement).map { [$0] } ?? []
        }
        return found + ambiguities(statements) + cycles(statements) + modules.flatMap(removalsStillDeclared)
    }

    private func redundant(_ statement: Statement) -> Diagnostic {
        let detail = """
            This statement declares a move from \(statement.from) to the same address, which is the same as not declaring this move at all.
            """
        return .error("Redundant move statement", detail, subject: statement.range)
    }

    private func stillDeclared(_ statement: Statement) -> Diagnostic? {
        guard let place = declaration(of: statement) else { return nil }
        let isCall = statement.from.resource == nil && !statement.isAboutInstance
        let noun = isCall ? "module call" : statement.noun
        let short = isCall ? "call" : statement.isAboutInstance ? "instance" : "resource"
        let detail = """
            This statement declares a move from \(statement.from), but that \(noun) is still declared at \(place.file):\
            \(place.start.line),\(place.start.column).

            Change your configuration so that this \(short) will be declared as \(statement.to) instead.
            """
        return .error("Moved object still exists", detail, subject: statement.range)
    }

    /// Where what a statement moves away is declared; nil if it is not.
    private func declaration(of statement: Statement) -> SourceRange? {
        let from = statement.from
        guard let resource = from.resource else {
            guard let parent = from.module.parent, let step = from.module.steps.last,
                let call = configuration[parent.module]?.moduleCalls[step.call], hasModule(parent)
            else { return nil }
            if !statement.isAboutInstance { return call.range }
            return hasModule(from.module) ? call.repetition.expression?.startRange ?? call.range : nil
        }
        guard let declaration = configuration[from.module.module]?.resources[resource], hasModule(from.module) else { return nil }
        if !statement.isAboutInstance { return declaration.range }
        guard hasInstance(ResourceInstanceAddress(from.module, resource, from.key)) else { return nil }
        return declaration.repetition.expression?.startRange ?? declaration.range
    }

    private func ambiguities(_ statements: [Statement]) -> Diagnostics {
        var found: Diagnostics = []
        var byFrom: [End: Statement] = [:]
        var byTo: [End: Statement] = [:]
        for statement in statements {
            if let other = byFrom[statement.from], other.to != statement.to {
                let rest = "but this statement instead declares that it moved to \(statement.to)"
                found.append(
                    ambiguity(statement, other, rest, "Each \(statement.noun) can move to only one destination \(statement.noun)."))
            } else if let other = byTo[statement.to], other.from != statement.from {
                let rest = "but this statement instead declares that \(statement.from) moved there"
                found.append(
                    ambiguity(statement, other, rest, "Each \(statement.noun) can have moved from only one source \(statement.noun)."))
            }
            byFrom[statement.from] = byFrom[statement.from] ?? statement
            byTo[statement.to] = byTo[statement.to] ?? statement
        }
        return found
    }

    private func ambiguity(_ statement: Statement, _ other: Statement, _ rest: String, _ rule: String) -> Diagnostic {
        let start = other.range.start
        let detail = """
            A statement at \(other.range.file):\(start.line),\(start.column) declared that \(other.from) moved to \(other.to), \(rest).

            \(rule)
            """
        return .error("Ambiguous move statements", detail, subject: statement.range)
    }

    /// Statements that lead from one to the next and back to the first.
    private func cycles(_ statements: [Statement]) -> Diagnostics {
        let moving = statements.filter { $0.from != $0.to }
        let next = Dictionary(moving.enumerated().map { ($1.from, $0) }) { first, _ in first }
        var done: Set<Int> = []
        var found: Diagnostics = []
        for start in moving.indices where !done.contains(start) {
            var path: [Int] = []
            var index: Int? = start
            while let current = index, !done.contains(current), !path.contains(current) {
                path.append(current)
                index = next[moving[current].to]
            }
            if let index, let first = path.firstIndex(of: index) { found.append(cycle(path[first...].sorted().map { moving[$0] })) }
            done.formUnion(path)
        }
        return found
    }

    private func cycle(_ statements: [Statement]) -> Diagnostic {
        let list = statements.map { statement in
            let start = statement.range.start
            return
                "\n  - \(statement.range.file):\(start.line),\(start.column): \(statement.label(statement.from)) → \(statement.label(statement.to))"
        }.joined()
        let detail = """
            The following chained move statements form a cycle, and so there is no final location to move objects to:\(list)

            A chain of move statements must end with an address that doesn't appear in any other statements, and which typically also refers \
            to an object still declared in the configuration.
            """
        return .error("Cyclic dependency in move statements", detail)
    }

    private func removalsStillDeclared(in module: ModuleAddress) -> Diagnostics {
        (configuration[module]?.removals ?? []).compactMap { removal in
            let path = ModuleAddress(module.calls + removal.from.module.steps.map(\.call))
            let end = End(removal.from, in: module)
            let kind = removal.from.resource == nil ? "module" : "resource"
            let place =
                if let resource = removal.from.resource {
                    configuration[path]?.resources[resource]?.range
                } else {
                    path.parent.flatMap { parent in path.calls.last.flatMap { configuration[parent]?.moduleCalls[$0]?.range } }
                }
            guard let place else { return nil }
            let detail = "This statement declares that \(end) was removed, but it is still declared in configuration."
            return .error("Removed \(kind) still exists", detail, subject: place)
        }
    }
}
