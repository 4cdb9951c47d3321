import JSON
import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let actionTests: [ConformanceTest] = [
        ConformanceTest(
            "actions-declared", "Every action's parameters, defaults and signature agree.", requirements: ["P-048"], after: behaves
        ) { session in
            let descriptor = try session.library().descriptor
            if let first = descriptor.unusableActions.first { throw ConformanceStop.failed(first) }
            if descriptor.actions.isEmpty { throw ConformanceStop.skipped("the plugin has no actions") }
            return "\(descriptor.actions.count) actions"
        },
        ConformanceTest(
            "actions-callable", "Actions take what they declare, and succeed with their defaults.", requirements: ["P-049"],
            after: ["actions-declared"] + graph, timeLimitSeconds: 30
        ) { session in
            let backend = try session.backend()
            let actions = try session.library().descriptor.actions.filter { !$0.isDangerous }
            if actions.isEmpty { throw ConformanceStop.skipped("the plugin has no actions that may be called without asking") }
            var nodes: [GraphNode] = []
            if backend.offers(.apply), backend.sample.source != nil {
                let record = try backend.run(.apply)
                try record.expectOK()
                nodes = record.said.nodes
            }
            var calls = 0
            var untried: [String] = []
            for action in actions {
                let resource = nodes.first { $0.type == action.appliesTo }?.address
                if let type = action.appliesTo, type != "*", resource == nil {
                    untried.append("\(action.id), for there is no \(type)")
                    continue
                }
                var values = ActionValues(action, seed: session.seed)
                guard let usual = values.usual else {
                    untried.append("\(action.id), for no values fit its constraints")
                    continue
                }
                try call(backend, action, usual, resource, mustSucceed: true)
                for edge in values.edges(around: usual) { try call(backend, action, edge, resource, mustSucceed: false) }
                calls += 1
            }
            if backend.offers(.destroy) { try backend.run(.destroy) }
            if !untried.isEmpty { throw ConformanceStop.warning("not called: \(list(untried))") }
            return "\(calls) actions"
        },
    ]

    private static func call(
        _ backend: Backend, _ action: ActionDeclaration, _ values: [String: JSONValue], _ resource: String?, mustSucceed: Bool
    ) throws {
        let arguments = try action.arguments(from: values)
        let record = try backend.run(.action(id: action.id, arguments: arguments)) { request in
            request.resource = resource
            if action.appliesTo == "*" { request.checkpoint = nil }
        }
        let given = "action \(action.id), given \(String(JSONValue.object(values).serialized().prefix(200))),"
        let status = PluginStatus(rawValue: record.status)
        let allowed: Set<PluginStatus> = mustSucceed ? [.ok] : [.ok, .failed, .invalidArgument, .unavailable, .notFound, .conflict]
        try expect(
            status.map(allowed.contains) ?? false,
            "\(given) answered \(record.answer), \(mustSucceed ? "ok" : "ok or a failure") was expected\(record.words)")
        if status == .failed || status == .invalidArgument {
            try expect(record.isExplained, "\(given) answered \(record.answer) without a diagnostic of severity ERROR")
        }
        if let violation = record.violations.first { throw ConformanceStop.failed("\(given): \(violation)") }
    }
}

/// Values for the parameters of an action, within their constraints.
struct ActionValues {
    private let action: ActionDeclaration
    private var generator: SeededGenerator
    private static let edgesMax = 60

    init(_ action: ActionDeclaration, seed: UInt64) {
        self.action = action
        generator = SeededGenerator(seed: seed)
    }

    /// What a caller would give: nothing where there is a default; nil if nothing can be found for a parameter.
    var usual: [String: JSONValue]? {
        var values: [String: JSONValue] = [:]
        for parameter in action.parameters where parameter.defaultValue == nil {
            var generator = generator
            guard let value = Self.fitting(parameter, &generator).first else { return nil }
            values[parameter.name] = value
        }
        return values
    }

    /// The usual values with one replaced by something at the edge of what is allowed, again and again.
    mutating func edges(around usual: [String: JSONValue]) -> [[String: JSONValue]] {
        var edges: [[String: JSONValue]] = []
        for parameter in action.parameters {
            for value in Self.fitting(parameter, &generator) {
                var values = usual
                values[parameter.name] = value
                edges.append(values)
            }
        }
        return Array(edges.prefix(Self.edgesMax))
    }

    /// Those candidates that the host would let pass.
    private static func fitting(_ parameter: ActionParameter, _ generator: inout SeededGenerator) -> [JSONValue] {
        var candidates: [JSONValue] = []
        // The declaration was checked when it was read.
        if let text = parameter.constraint, let constraint = try? JSONValue(parsing: text) {
            candidates += constraint["enum"]?.arrayValue ?? []
            candidates += ["const", "minimum", "maximum", "default"].compactMap { constraint[$0] }
            candidates += constraint["examples"]?.arrayValue ?? []
            if let length = constraint["minLength"]?.intValue, length <= 4096 {
                candidates.append(.string(String(repeating: "a", count: length)))
            }
            if let length = constraint["maxLength"]?.intValue, length <= 4096 {
                candidates.append(.string(String(repeating: "é", count: length)))
            }
        }
        let texts: [JSONValue] = [
            "text", "", "with \"quotes\" and \\", "line\nline", "Ünïcödé 🛳", "nul\u{0}inside", .string(String(repeating: "x", count: 1000)),
            .string(String(generator.next(), radix: 36)),
        ]
        switch parameter.type {
        case .i64: candidates += [0, 1, -1, .integer(.max), .integer(.min), .integer(Int64(bitPattern: generator.next()))]
        case .u64: candidates += [1, 0, JSONValue(UInt64.max), JSONValue(generator.next())]
        case .f64: candidates += [0, 1.5, -1.5, 1e300, 1e-300]
        case .bool: candidates += [false, true]
        case .str, .bytes: candidates += texts
        case .json: candidates += [[:], [], nil, 1, ["a": ["b": [nil, true, "c"]]]] + texts.prefix(2)
        }
        return candidates.filter { (try? parameter.argument(for: $0)) != nil }  // what does not fit never reaches a plugin
    }
}
