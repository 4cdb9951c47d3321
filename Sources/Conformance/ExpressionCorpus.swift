import HCL

/// Evaluates the expressions of a corpus and compares values and errors with Terraform's.
enum ExpressionCorpus {
    struct Options {
        var file: String
        /// How many failures are printed.
        var limit = Int.max
        /// Only cases of this group, or of `fn.…` for `fn`.
        var group: String?
        /// What is present as `./fx`; beside the file if nil.
        var fixtures: String?
        /// Whether differences in details, positions and console texts are printed, too.
        var isStrict = false
    }

    /// What was counted in one group.
    struct Count {
        var passed = 0
        var failed = 0
    }

    /// Runs it; each failure and each group is a line for `print`.
    ///
    /// - Returns: counts by group; nil if the file cannot be read.
    static func run(_ options: Options, print: (String) -> Void) -> [String: Count]? {
        guard let bytes = Files.read(options.file) else { return nil }
        let fixtures = options.fixtures ?? Files.directory(of: options.file) + "/fixtures"
        return Files.withWorkingDirectory(linking: "fx", to: fixtures) { directory in
            let run = ExpressionRun(functions: StandardFunctions.all, directory: directory)
            var counts: [String: Count] = [:]
            var beside = Beside()
            var printed = 0
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let example = example(line, print), options.includes(example.group) else { continue }
                let verdict = ExpressionVerdict(example, run.evaluate(example))
                beside.add(verdict)
                if let problem = verdict.problem {
                    counts[example.group, default: Count()].failed += 1
                    printed += 1
                    if printed <= options.limit { print("FAIL \(example.id) \(example.group) \(example.expression)\n  \(problem)") }
                } else {
                    counts[example.group, default: Count()].passed += 1
                    if options.isStrict, let note = verdict.note { print("NOTE \(example.id) \(example.expression)\n  \(note)") }
                }
            }
            beside.lines.forEach(print)
            return counts
        }
    }

    private static func example(_ line: ArraySlice<UInt8>, _ print: (String) -> Void) -> ExpressionCase? {
        do {
            return try ExpressionCase(String(decoding: line, as: UTF8.self))
        } catch {
            print("a line of the corpus is not JSON: \(error)")
            return nil
        }
    }

    /// How much of what does not decide is the same.
    private struct Beside {
        var details = (same: 0, all: 0)
        var positions = (same: 0, all: 0)
        var consoles = (same: 0, all: 0)

        mutating func add(_ verdict: ExpressionVerdict) {
            func count(_ same: Bool?, _ count: inout (same: Int, all: Int)) {
                guard let same else { return }
                count.all += 1
                if same { count.same += 1 }
            }
            count(verdict.sameDetails, &details)
            count(verdict.samePositions, &positions)
            count(verdict.sameConsole, &consoles)
        }

        var lines: [String] {
            [
                "details of errors: \(details.same) of \(details.all) the same", "positions: \(positions.same) of \(positions.all)",
                "console texts: \(consoles.same) of \(consoles.all)",
            ]
        }
    }
}

extension ExpressionCorpus.Options {
    func includes(_ group: String) -> Bool {
        guard let wanted = self.group else { return true }
        return group == wanted || group.hasPrefix(wanted + ".")
    }
}
