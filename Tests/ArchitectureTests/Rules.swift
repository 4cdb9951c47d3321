/// The rules that a file keeps or breaks by itself. To make an exception, add it to the list here, with its reason.
enum Rules {
    static let all = [unmanaged, foundation, forcedTry, traps, laterNotes, uncheckedConcurrency, emptyCatch, fixedPaths, foreignWords]

    /// Files that may handle references by hand: they are where Swift objects cross to C and back.
    private static let referenceCounters = [
        "Sources/PluginLoading", "Sources/PluginKit",
        "Sources/Threads/OwnThread.swift",  // hands a function to the thread that runs it
        "Sources/PluginSupervision/Worker/OutputQueue.swift",  // hands itself to a C thread, once, for the life of the process
        "Tests/PluginLoadingTests/TablePlugin.swift",  // a plugin of C functions that are Swift closures
    ]

    static let unmanaged = Rule(
        name: "references are counted by hand only where plugins meet the host",
        check: { file in
            file.isIn(referenceCounters) ? [] : matches(of: /\bUnmanaged\b/, in: file, "Unmanaged belongs into PluginLoading or PluginKit")
        },
        wrong: [.sample("Sources/CLI/A.swift", "let a = Unmanaged.passRetained(b)")],
        right: [
            .sample("Sources/PluginLoading/A.swift", "let a = Unmanaged.passRetained(b)"),
            .sample("Sources/CLI/A.swift", "// no Unmanaged here"),
        ])

    /// What a worker process loads: it starts in milliseconds because Foundation is not among it.
    private static let belowFoundation = [
        "Sources/Threads", "Sources/Processes", "Sources/ProviderKit", "Sources/Providers", "Sources/Provisioners",
        "Sources/TemplateEngine", "Sources/SSHServer",
        "Sources/JSON", "Sources/HCL", "Sources/Postgres", "Sources/ResourceGraph",
        "Sources/PluginLoading", "Sources/PluginSupervision", "Sources/PluginKit",
        "Sources/PluginWorker", "Examples/Plugins/sim", "Sources/PluginTooling/Templates",
    ]

    static let foundation = Rule(
        name: "what a worker loads does without Foundation",
        applies: { $0.isIn(belowFoundation) && ($0.isSwift || $0.path.hasSuffix(".swift.in")) },
        check: { file in
            matches(
                of: /^\s*(@\w+\s+)*((public|package|internal|private|fileprivate)\s+)?import\s+(\w+\s+)?Foundation/, in: file,
                "imports Foundation")
        },
        wrong: [
            .sample("Sources/JSON/A.swift", "import Foundation"),
            .sample("Sources/PluginKit/A.swift", "public import FoundationEssentials"),
            .sample("Sources/PluginWorker/A.swift", "import struct Foundation.URL"),
        ],
        right: [.sample("Sources/JSON/A.swift", "import Glibc\n// import Foundation")])

    static let forcedTry = Rule(
        name: "an error is handled or passed on, never a trap",
        check: { matches(of: /\btry!/, in: $0, "write try, or handle the error") },
        wrong: [.sample("Sources/CLI/A.swift", "let a = try! b()")],
        right: [.sample("Sources/CLI/A.swift", "let a = try b()  // not try!\nlet c = \"try! \\(d)\"")])

    /// `FILE: TEXT OF THE LINE`, and why the process must end there.
    private static let trapsAllowed = [
        // There is no job to answer, and no way back into C that would not run on with garbage; a worker dies of it, not the host.
        "Sources/PluginLoading/Jobs/JobBridge.swift": #"fatalError("a plugin called a job function with a NULL job")"#
    ]

    static let traps = Rule(
        name: "a trap says which invariant is broken: precondition, not fatalError",
        check: { file in
            let found = matches(of: /\bfatalError\(/, in: file, "use precondition for an invariant, throw for everything else")
            guard let allowed = trapsAllowed[file.path] else { return found }
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
            return found.filter { !lines[$0.line - 1].contains(allowed) }
        },
        wrong: [
            .sample("Sources/CLI/A.swift", "fatalError(\"why not\")"),
            .sample("Sources/PluginLoading/Jobs/JobBridge.swift", "fatalError(\"something else\")"),
        ],
        right: [.sample("Sources/CLI/A.swift", "preconditionFailure(\"not fatalError(\")")])

    static let laterNotes = Rule(
        name: "what is left to do is done, or written down where it is planned",
        applies: { !$0.path.hasPrefix("abi/frozen/") },
        check: {
            matches(
                of: #/\b(TO(?:)DO|FIX(?:)ME|X(?:)XX|HA(?:)CK)\b/#, in: $0, "do it, or say in docs/ why not", keeping: [.code, .comment])
        },
        wrong: [.sample("Sources/CLI/A.swift", "// TO" + "DO: later"), .sample("scripts/a", "# FIX" + "ME")],
        right: [.sample("Sources/CLI/A.swift", "let todo = 1  // a to-do list")])

    static let uncheckedConcurrency = Rule(
        name: "what the compiler cannot check for races says what makes it safe",
        check: { file in
            let text = file.parts
            let code = text.lines([.code])
            let comments = text.lines([.comment])
            return code.indices.filter { code[$0].contains(/@unchecked\s+Sendable|nonisolated\(unsafe\)/) }.compactMap { line in
                // A comment on what it is does not count as one on why it is safe, so `///` above does not do.
                let near = comments[max(0, line - 3)...min(comments.count - 1, line + 3)]
                guard !near.contains(where: { $0.contains(/(^|[^\/])\/\/[^\/]/) }) else { return nil }
                return Finding(
                    path: file.path, line: line + 1, message: "needs a // comment within three lines that says what makes it safe")
            }
        },
        wrong: [
            .sample("Sources/CLI/A.swift", "/// A box.\nfinal class Box: @unchecked Sendable {\n}"),
            .sample("Sources/CLI/A.swift", "// one\n\n\n\nnonisolated(unsafe) var a = 1"),
        ],
        right: [
            .sample("Sources/CLI/A.swift", "final class Box: @unchecked Sendable {\n    // Safe to share: never written.\n}"),
            .sample("Sources/CLI/A.swift", "nonisolated(unsafe) var a = 1  // written once"),
        ])

    static let emptyCatch = Rule(
        name: "an error that is dropped is dropped with a word",
        check: { file in
            let joined = file.parts.lines([.code, .comment]).joined(separator: "\n")
            return joined.matches(of: /\bcatch\b[^{}\n]*\{\s*\}/.wordBoundaryKind(.simple)).map { match in
                let line = joined[..<match.range.lowerBound].count { $0 == "\n" } + 1
                return Finding(path: file.path, line: line, message: "say in the braces why the error does not matter")
            }
        },
        wrong: [
            .sample("Sources/CLI/A.swift", "do { try a() } catch {}"),
            .sample("Sources/CLI/A.swift", "do { try a() } catch let b as C {\n}"),
        ],
        right: [.sample("Sources/CLI/A.swift", "do { try a() } catch {\n    // Gone already.\n}")])

    static let fixedPaths = Rule(
        name: "where files are kept is configured, not written down in code",
        applies: { $0.isSwift && $0.isIn(["Sources", "Plugins"]) },
        check: {
            matches(
                of: /"(file:\/\/)?((\/tmp|\/var\/tmp|\/home|\/root|\/Users)(\/|")|~\/)/, in: $0, "take the directory from the caller",
                // Where temporary files go is configured by this variable; what is used without it is fixed everywhere.
                keeping: [.literal], unless: /"TMPDIR"/)
        },
        wrong: [.sample("Sources/CLI/A.swift", "let a = \"/tmp/berth\""), .sample("Sources/CLI/A.swift", "open(\"~/.berth\")")],
        right: [
            .sample("Sources/CLI/A.swift", "let a = \"/proc/self/exe\"  // not \"/tmp/x\""), .sample("Tests/A.swift", "let a = \"/tmp/x\""),
            .sample("Sources/CLI/A.swift", "let a = getenv(\"TMPDIR\") ?? \"/tmp\""),
        ])

    static let foreignWords = Rule(
        name: "the repository speaks of Berth alone, not of the machine it is written on",
        applies: { _ in true },
        check: {
            matches(of: #/(^|[^\w.)}\-\/])/(work|Users)/\w/#, in: $0, "names a place of one machine", keeping: [.code, .comment, .literal])
        },
        wrong: [.sample("docs/a.md", "see /" + "work/main/docs"), .sample("Sources/CLI/A.swift", "// as in \"/" + "Users/ada\"")],
        right: [.sample("docs/a.md", "plugins/NAME/work/job-1"), .sample("docs/b.md", "see https://example.org/work/a")])

    // MARK: - How rules look

    /// A finding for each line that the pattern occurs in.
    private static func matches<Output>(
        of pattern: Regex<Output>, in file: SourceFile, _ message: String, keeping parts: Set<SwiftText.Part> = [.code],
        unless exception: Regex<Substring>? = nil
    ) -> [Finding] {
        // By default "Unmanaged.self" is one word to a Regex.
        let pattern = pattern.wordBoundaryKind(.simple)
        let lines =
            file.isSwift
            ? file.parts.lines(parts) : file.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.enumerated().filter { line in
            line.element.contains(pattern) && !(exception.map { line.element.contains($0) } ?? false)
        }.map {
            Finding(path: file.path, line: $0.offset + 1, message: message)
        }
    }
}

extension SourceFile {
    static func sample(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text + "\n") }
}
