import Foundation
import Testing

/// Compares text with a file under `Snapshots`; with `UPDATE_SNAPSHOTS=1` writes the file.
func expectSnapshot(_ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots").appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
    let expected = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "\(name) differs; look at it, then run with UPDATE_SNAPSHOTS=1", sourceLocation: sourceLocation)
}
