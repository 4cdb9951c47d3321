import HCL

/// Runs the configurations of a corpus and compares plans, states and errors with Terraform's.
enum ConfigurationCorpus {
    struct Options {
        /// With a directory for each case.
        var directory: String
        /// How many failures are printed.
        var limit = Int.max
        /// Only the case of this name, or of this number.
        var only: String?
        /// Whether what differs without deciding is printed, too.
        var isStrict = false
    }

    /// Runs it and prints what differs; the last line is the sum.
    ///
    /// - Returns: the names of the cases that failed, and how many passed.
    @discardableResult
    static func run(
        _ options: Options, engine: any CorpusEngine, print: @Sendable (String) -> Void
    ) async -> (passed: Int, failed: [String]) {
        var passed = 0
        var failed: [String] = []
        var beside: [ConfigurationVerdict.Beside: (same: Int, all: Int)] = [:]
        for name in Files.names(in: options.directory) where options.includes(name) {
            guard let example = example(name, in: options.directory, print) else { continue }
            let verdict = await ConfigurationRun.verdict(of: example, by: engine)
            for (kind, count) in verdict.beside {
                let sum = beside[kind] ?? (0, 0)
                beside[kind] = (sum.same + count.same, sum.all + count.all)
            }
            if verdict.problems.isEmpty {
                passed += 1
            } else {
                failed.append(name)
                if failed.count <= options.limit { print("FAIL \(name)\n" + verdict.problems.map { "  \($0)\n" }.joined().dropLast()) }
            }
            if options.isStrict, !verdict.notes.isEmpty { print("NOTE \(name)\n" + verdict.notes.map { "  \($0)\n" }.joined().dropLast()) }
        }
        let also = ConfigurationVerdict.Beside.allCases.compactMap { kind in
            beside[kind].map { "\(kind.rawValue) \($0.same) of \($0.all)" }
        }
        if !also.isEmpty { print("also equal: " + also.joined(separator: ", ")) }
        print("\(passed) passed, \(failed.count) failed")
        return (passed, failed)
    }

    private static func example(_ name: String, in directory: String, _ print: (String) -> Void) -> ConfigurationCase? {
        do {
            return try ConfigurationCase(directory: "\(directory)/\(name)", name: name)
        } catch {
            print("golden.json of \(name) is not JSON: \(error)")
            return nil
        }
    }
}

extension ConfigurationCorpus.Options {
    fileprivate func includes(_ name: String) -> Bool {
        guard let only else { return true }
        return name == only || name.hasPrefix(only + "-") || name.hasSuffix("-" + only)
    }
}
