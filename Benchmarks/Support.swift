import Glibc
import PluginLoading

func makeTemporaryDirectory() throws -> String {
    var template = Array("/tmp/berth-bench-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw PluginError(.system, "cannot make a temporary directory") }
    return String(cString: made)
}

/// Texts by the paths of their files.
func writeFiles(_ files: [String: String], to place: String) throws {
    for (name, text) in files {
        let path = place + "/" + name
        try makeDirectory(ExecutablePath.directory(of: path))
        try replaceFile(path, with: Array(text.utf8))
    }
}

/// Calls what recurses on a thread with a deep stack.
func onDeepStack<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try JobThread.start("berth-bench", stackSizeBytes: 512 << 20) { continuation.resume(with: Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
