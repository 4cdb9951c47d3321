import HCL

/// One directory of the corpus of configurations: what to do step by step, and what Terraform did.
struct ConfigurationCase {
    var name: String
    var directory: String
    var steps: [Step]

    struct Step {
        var number: Int
        /// A directory whose files are copied over the case's before.
        var overlay: String?
        var input: CorpusInput
        /// `init`, `plan` and `apply`, if they were run.
        var phases: [Phase.Name: Phase]
        /// All of the step in `golden.json`.
        var golden: JSONText
    }

    /// How one command ended.
    struct Phase {
        enum Name: String, CaseIterable { case initialisation = "init", plan, apply }

        var exit: Int
        var errors: [Finding]
        var warnings: [Finding]
    }

    /// An error or a warning.
    struct Finding: Hashable {
        var summary: String
        var detail: String
        var file: String?
        var start: [Int]?
        var end: [Int]?
    }

    /// - Throws: if `golden.json` is not JSON; nil if there is none.
    init?(directory: String, name: String) throws(JSONDecodingError) {
        guard let bytes = Files.read("\(directory)/golden.json") else { return nil }
        let golden = try JSONText.parse(String(decoding: bytes, as: UTF8.self))
        self.name = name
        self.directory = directory
        steps = (golden["steps"]?.items ?? []).enumerated().map { Step($1, number: $1["step"]?.integer ?? $0 + 1) }
    }
}

extension ConfigurationCase.Step {
    init(_ node: JSONText, number: Int) {
        self.number = number
        golden = node
        overlay = node["overlay"]?.text
        input = CorpusInput(directory: "")
        input.variables = (node["vars"]?.members ?? []).map { ($0, $1.text ?? "") }
        input.variableFiles = (node["var_files"]?.items ?? []).compactMap(\.text)
        for (name, value) in node["env"]?.members ?? [] { input.environment[name] = value.text }
        input.isDestroy = node["destroy"]?.flag ?? false
        for argument in (node["args"]?.items ?? []).compactMap(\.text) {
            let parts = argument.split(separator: "=", maxSplits: 1).map { String($0) }
            switch (parts.first, parts.last) {
            case ("-replace"?, let address?): input.replacements.append(address)
            case ("-target"?, let address?): input.targets.append(address)
            default: break
            }
        }
        phases = [:]
        for name in ConfigurationCase.Phase.Name.allCases {
            guard let phase = node[name.rawValue] else { continue }
            phases[name] = ConfigurationCase.Phase(
                exit: phase["exit"]?.integer ?? 0, errors: findings(phase["errors"]), warnings: findings(phase["warnings"]))
        }
        func findings(_ node: JSONText?) -> [ConfigurationCase.Finding] { (node?.items ?? []).map { ConfigurationCase.Finding($0) } }
    }
}

extension ConfigurationCase.Finding {
    init(_ node: JSONText) {
        summary = node["summary"]?.text ?? ""
        detail = node["detail"]?.text ?? ""
        file = node["file"]?.text
        start = node["start"]?.items?.compactMap(\.integer)
        end = node["end"]?.items?.compactMap(\.integer)
    }

    init(_ diagnostic: Diagnostic) {
        summary = diagnostic.summary
        detail = diagnostic.detail
        guard let range = diagnostic.subject else { return }
        file = range.file.hasPrefix("./") ? String(range.file.dropFirst(2)) : range.file
        start = [range.start.line, range.start.column]
        // Terraform marks at least one character when it shows a place.
        end = [range.end.line, range.end.column + (range.start == range.end ? 1 : 0)]
    }

    /// The heading that `init` puts above errors in the configuration: not an error of its own.
    var isHeading: Bool { file == nil && summary.hasPrefix("Terraform encountered problems during initialisation") }

    /// What decides: where Terraform tells no place, the summary alone.
    func isSame(as other: ConfigurationCase.Finding) -> Bool {
        summary == other.summary && (file == nil || file == other.file && start?.first == other.start?.first)
    }

    var text: String {
        let place = file.map { "\($0):\((start ?? []).map { String($0) }.joined(separator: ",")): " } ?? ""
        return place + summary + (detail.isEmpty ? "" : "; " + detail)
    }
}

extension JSONText {
    var members: [(String, JSONText)]? { if case .object(let members) = self { members } else { nil } }
}
