import HCL
import PluginLoading

/// How fast text becomes a tree, text becomes better text, and expressions become values, without a process around it.
struct SyntaxBenchmarks: Sendable {
    private let text = LargeConfiguration().repeatedText

    func rows() async throws -> [Row] {
        try await onDeepStack { try readingRows() + expressionRows() }
    }

    private func readingRows() throws -> [Row] {
        let size = Table.decimal(Double(text.count) / 1e6)
        let parsing = try timed(rounds: 7) {
            let (_, diagnostics) = Parser.parseFile(text, file: "large.tf")
            guard diagnostics.isEmpty else { throw PluginError(.system, "the text has errors: \(diagnostics)") }
        }
        let formatting = try timed(rounds: 7) {
            guard Formatter.format(text).count > text.count / 2 else { throw PluginError(.system, "the formatted text is too short") }
        }
        return [
            Row(name: "parse \(size) MB in process", median: parsing, count: text.count, unit: "B"),
            Row(name: "format \(size) MB in process", median: formatting, count: text.count, unit: "B"),
        ]
    }

    private func expressionRows() throws -> [Row] {
        let expressions = [
            "var.size > 2 ? var.size * 4 : 1",
            #""${local.prefix}-service-${var.size}""#,
            #"merge(local.labels, { service = "web", tier = upper("batch") })"#,
            "[for key, value in local.labels : \"${key}=${value}\" if value != \"\"]",
        ]
        let labels = Value.map(["environment": .string("staging"), "managed_by": .string("berth"), "size": .string("3")], of: .string)
        let context = EvaluationContext(
            variables: [
                "var": .object(["size": .integer(3)]), "local": .object(["prefix": .string("acme-staging"), "labels": labels]),
            ], functions: StandardFunctions.all)
        let count = 10_000
        return try expressions.map { text in
            let (expression, diagnostics) = Parser.parseExpression(Array(text.utf8), file: "bench.tf")
            guard diagnostics.isEmpty, expression.evaluate(in: context).diagnostics.isEmpty else {
                throw PluginError(.system, "\(text) cannot be evaluated")
            }
            let time = try timed(rounds: 7) { for _ in 0..<count { _ = expression.evaluate(in: context) } }
            return Row(name: "\(count) times \(text)", median: time, count: count)
        }
    }

    /// The median in nanoseconds.
    private func timed(rounds: Int, _ body: () throws -> Void) throws -> Double {
        let times = try (0...rounds).map { _ in
            let start = ContinuousClock.now
            try body()
            return (ContinuousClock.now - start).nanoseconds
        }
        return median(Array(times.dropFirst()))
    }
}
