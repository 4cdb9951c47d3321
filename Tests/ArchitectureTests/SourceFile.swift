import Foundation
import TestSupport
import Testing

/// A text file of the repository.
struct SourceFile: Sendable {
    /// Relative to the package's root.
    let path: String
    let text: String
    /// What is code in it and what is not; of Swift only.
    let parts: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        parts = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var lineCount: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

    /// Whether the file lies in one of these directories, or is one of these files.
    func isIn(_ places: [String]) -> Bool { places.contains { path == $0 || path.hasPrefix($0 + "/") } }

    /// Every text file of ours below the given places; what builds make and what is hidden is left out.
    static func all(in places: [String]) throws -> [SourceFile] {
        var files: [SourceFile] = []
        for place in places {
            let absolute = Package.root + "/" + place
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isDirectory) else { continue }
            var paths = [place]
            if isDirectory.boolValue {
                let below = FileManager.default.enumerator(atPath: absolute)?.compactMap { $0 as? String } ?? []
                paths = below.filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }.map { place + "/" + $0 }
            }
            for path in paths.sorted() {
                // Directories and what is not text have no lines to look at.
                guard let text = try? String(contentsOfFile: Package.root + "/" + path, encoding: .utf8) else { continue }
                files.append(SourceFile(path: path, text: text))
            }
        }
        guard !files.isEmpty else { throw TestFailure("there are no files in \(places)") }
        return files
    }

    /// Where there is Swift of ours.
    static func swift() throws -> [SourceFile] {
        try all(in: ["Sources", "Plugins", "Examples", "Benchmarks", "Tests", "Package.swift"]).filter(\.isSwift)
    }

    /// Everything that people read.
    static func everything() throws -> [SourceFile] { try read.get() }

    private static let read = Result {
        try all(in: [
            "Sources", "Plugins", "Examples", "Benchmarks", "Tests", "abi", "docs", "scripts", ".ci/run", "Package.swift", "README.md",
            "Makefile",
        ])
    }
}

/// Where a rule is broken, and how.
struct Finding: Sendable, Equatable, CustomStringConvertible {
    var path: String
    /// From 1; 0: the file as a whole.
    var line = 0
    var message: String

    var description: String { (line > 0 ? "\(path):\(line)" : path) + ": " + message }
}

/// A rule that a file keeps or breaks by itself.
struct Rule: Sendable, CustomTestStringConvertible {
    /// A sentence: what is asked.
    var name: String
    /// Which files it is about.
    var applies: @Sendable (SourceFile) -> Bool = { $0.isSwift }
    var check: @Sendable (SourceFile) -> [Finding]
    /// A file that breaks the rule, so that it is known that the rule can be broken.
    var wrong: [SourceFile]
    /// Files that look as if they did, and do not.
    var right: [SourceFile] = []

    var testDescription: String { name }
}
