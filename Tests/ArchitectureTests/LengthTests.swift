import TestSupport
import Testing

/// Files stay short. Those that were long when the rule was made are listed with their length, which may only shrink.
@Suite("the length of files") struct LengthTests {
    static let linesMax = 500

    /// How far a file may be below its number before the number must follow.
    static let slack = 25

    /// Code that people read from top to bottom; documents, data and released headers have the length they need.
    static let extensions = [".swift", ".c", ".h", ".rs", ".sh"]

    /// The contract grows by appending; a specification is read in one piece.
    static let exempt = ["Sources/PluginABI/include/berth_plugin.h"]

    /// They serve as one file to copy or to include; scratch.rs only waits to be split.
    static let long = [
        "Examples/Plugins/bad/base.h": 1035,
        "Examples/Plugins/scratch/berth.rs": 1426,
        "Examples/Plugins/scratch/scratch.rs": 976,
        "Sources/PluginKit/C/berth_kit.h": 991,
    ]

    static func findings(_ files: [SourceFile], long: [String: Int]) -> [Finding] {
        var findings: [Finding] = []
        for file in files {
            let count = file.lineCount
            switch long[file.path] {
            case nil where count > linesMax:
                findings.append(Finding(path: file.path, message: "has \(count) lines, more than \(linesMax); are two ideas in it?"))
            case let listed? where count > listed:
                findings.append(Finding(path: file.path, message: "has grown from \(listed) to \(count) lines; split it"))
            case let listed? where count <= linesMax:
                findings.append(
                    Finding(path: file.path, message: "has \(count) lines and is not long any more; remove it from the list (\(listed))"))
            case let listed? where count < listed - slack:
                findings.append(Finding(path: file.path, message: "has shrunk from \(listed) to \(count) lines; write that into the list"))
            default: break
            }
        }
        for path in long.keys.sorted() where !files.contains(where: { $0.path == path }) {
            findings.append(Finding(path: path, message: "is listed and does not exist"))
        }
        return findings
    }

    @Test("no file is long, or grows if it is")
    func lengths() throws {
        let files = try SourceFile.all(in: ["Sources", "Plugins", "Examples", "Benchmarks", "Tests", "scripts", "Package.swift"])
            .filter { file in Self.extensions.contains { file.path.hasSuffix($0) } || file.isIn(["scripts"]) }
            .filter { !$0.isIn(Self.exempt) }
        for finding in Self.findings(files, long: Self.long) { Issue.record("\(finding)") }
    }

    @Test("a file that is too long, grew, shrank or vanished is found")
    func canFail() {
        func file(_ lines: Int) -> [SourceFile] { [SourceFile(path: "a.swift", text: String(repeating: "\n", count: lines))] }
        #expect(Self.findings(file(500), long: [:]).isEmpty)
        #expect(Self.findings(file(600), long: ["a.swift": 600]).isEmpty)
        #expect(Self.findings(file(590), long: ["a.swift": 600]).isEmpty)
        #expect(Self.findings(file(501), long: [:]).count == 1)
        #expect(Self.findings(file(601), long: ["a.swift": 600]).count == 1)
        #expect(Self.findings(file(550), long: ["a.swift": 600]).count == 1)
        #expect(Self.findings(file(400), long: ["a.swift": 600]).count == 1)
        #expect(Self.findings([], long: ["a.swift": 600]).count == 1)
    }
}
