import HCL
package import JSON
import TemplateConfiguration

extension TemplateExplanation {
    /// For programs.
    package var json: JSONValue {
        [
            "version": 1,
            "engine": choice.map { .string($0) } ?? .null,
            "engines": .array(
                verdicts.map { verdict in
                    [
                        "name": .string(verdict.engine), "can_run": .bool(verdict.canRun),
                        "missing": .array(verdict.obstacles.map(\.json)),
                    ]
                }),
        ]
    }
}

extension TemplateObstacle {
    fileprivate var json: JSONValue {
        [
            "reason": .string(reason.rawValue), "kind": .string(need.kind.rawValue), "type": .string(need.type),
            "provider": .string(need.provider.description), "address": .string(need.address.description),
            "file": .string(need.range.file), "line": JSONValue(need.range.start.line),
        ]
    }
}
