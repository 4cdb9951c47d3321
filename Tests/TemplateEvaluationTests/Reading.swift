import HCL
import ProviderKit
import Testing

/// Reads the texts that tests are about.
enum Reading {
    /// A schema with one of everything.
    static let schema = BlockSchema(
        attributes: [
            "name": AttributeSchema(.string, .required), "port": AttributeSchema(.number, .optional),
            "id": AttributeSchema(.string, .computed), "old": AttributeSchema(.string, .optional, deprecation: "Use name."),
            "even": AttributeSchema(
                .number, .optional,
                checks: [ValueCheck { value in value == .integer(2) ? nil : "Must be 2." }]),
        ],
        blocks: [
            "rule": NestedBlockSchema(.list, inner, countMax: 2), "tag": NestedBlockSchema(.set, inner),
            "only": NestedBlockSchema(.single, inner), "group": NestedBlockSchema(.group, inner), "named": NestedBlockSchema(.map, inner),
        ])
    static let inner = BlockSchema(attributes: ["a": AttributeSchema(.string, .optional)])

    static func body(_ text: String) throws -> Body {
        let (body, diagnostics) = Parser.parseFile(Array(text.utf8), file: "main.tf")
        try #require(diagnostics.isEmpty)
        return body
    }

    static let context = EvaluationContext(
        variables: [
            "list": .list([.string("x"), .string("y")], of: .string), "unknown": .unknown(.list(.string)),
            "secret": .string("s").marked(with: .sensitive), "map": .map(["k": .string("v")], of: .string),
        ], functions: StandardFunctions.all)
}
