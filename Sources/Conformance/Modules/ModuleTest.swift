import HCL
import TemplateConfiguration

/// A file for `terraform test`: runs of a module, and what must hold after each.
struct ModuleTest {
    /// `run "name" { … }`
    struct Run {
        var name: String
        var isPlan: Bool
        var variables: [String: Expression]
        var asserts: [CheckRule] = []
        /// `var.port`, `resource.coder_script.a`
        var expectedFailures: [[String]] = []
        var overrides: [Override] = []
    }

    /// What a data source is to be, in place of what it reads.
    struct Override {
        /// `data.coder_workspace.me`
        var target: String
        var values: Expression
    }

    var runs: [Run] = []

    /// An output is no reference in a module itself; in a test it is. So tests speak of locals that stand for outputs.
    static let outputPrefix = "output-"

    /// Nil if the file has errors, or something that is not known here; then it is told what.
    static func read(_ bytes: [UInt8], file: String) -> (ModuleTest?, problem: String?) {
        let (body, found) = Parser.parseFile(namingOutputs(in: bytes), file: file)
        if let error = found.first(where: { $0.severity == .error }) { return (nil, "\(error)") }
        var test = ModuleTest()
        var common: [String: Expression] = [:]
        var overrides: [Override] = []
        for block in body.blocks {
            switch block.type {
            case "variables": common.merge(values(in: block)) { $1 }
            case "override_data": overrides += [override(block)].compactMap(\.self)
            case "run": test.runs.append(run(block))
            // A provider of ours needs no stand-in.
            case "mock_provider" where block.body.blocks.isEmpty: break
            default: return (nil, "a block \(block.type) is not supported")
            }
        }
        for index in test.runs.indices {
            test.runs[index].variables.merge(common) { own, _ in own }
            test.runs[index].overrides += overrides
        }
        return (test, nil)
    }

    private static func run(_ block: Block) -> Run {
        let command = block.body.attribute("command")?.expression.traversals().first?.root
        var run = Run(name: block.labels.first ?? "", isPlan: command == "plan", variables: [:])
        if case .tuple(let items, _, _)? = block.body.attribute("expect_failures")?.expression {
            run.expectedFailures = items.compactMap { $0.traversals().first.map(names) }
        }
        for inner in block.body.blocks {
            switch inner.type {
            case "variables": run.variables.merge(values(in: inner)) { $1 }
            case "override_data": run.overrides += [override(inner)].compactMap(\.self)
            case "assert":
                guard let condition = inner.body.attribute("condition"), let message = inner.body.attribute("error_message") else {
                    continue
                }
                run.asserts.append(CheckRule(condition: condition.expression, errorMessage: message.expression, range: inner.headerRange))
            default: break
            }
        }
        return run
    }

    private static func values(in block: Block) -> [String: Expression] {
        Dictionary(block.body.attributes.map { ($0.name, $0.expression) }) { $1 }
    }

    private static func override(_ block: Block) -> Override? {
        guard let target = block.body.attribute("target")?.expression.traversals().first, let values = block.body.attribute("values") else {
            return nil
        }
        return Override(target: names(of: target).joined(separator: "."), values: values.expression)
    }

    private static func names(of traversal: Traversal) -> [String] {
        [traversal.root] + traversal.steps.compactMap { if case .attribute(let name, _) = $0 { name } else { nil } }
    }

    private static func namingOutputs(in bytes: [UInt8]) -> [UInt8] {
        let word = Array("output.".utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let isWord = bytes[index...].starts(with: word) && (result.last.map { !isPartOfName($0) } ?? true)
            result += isWord ? Array("local.\(outputPrefix)".utf8) : [bytes[index]]
            index += isWord ? word.count : 1
        }
        return result
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
