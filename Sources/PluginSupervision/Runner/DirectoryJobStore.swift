import Glibc
import JSON
package import PluginLoading
package import ResourceGraph

/// A workspace's record in a directory: `checkpoint`, `job.json` while a job runs, and `graph.json`.
///
/// Every change is a replacement of a whole file, so that a host killed at any instruction leaves the old or the new.
package struct DirectoryJobStore: JobStore {
    package let directory: String

    /// - Throws: ``PluginError`` with code `system`.
    package init(_ directory: String) throws(PluginError) {
        try makeDirectory(directory)
        self.directory = directory
    }

    private var checkpointPath: String { directory + "/checkpoint" }
    private var jobPath: String { directory + "/job.json" }
    private var graphPath: String { directory + "/graph.json" }

    package func checkpoint() throws(PluginError) -> Checkpoint? {
        guard access(checkpointPath, F_OK) == 0 else { return nil }
        let bytes = try readFile(checkpointPath, limit: WireProtocol.frameSizeMaxBytes)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { throw PluginError(.system, "\(checkpointPath) has no first line") }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 3, words[0] == "berth-checkpoint", words[1] == "1", let version = UInt32(words[2]) else {
            throw PluginError(.system, "\(checkpointPath) is not a checkpoint of this version of Berth")
        }
        return Checkpoint(state: Array(bytes[(end + 1)...]), stateVersion: version)
    }

    package func store(_ checkpoint: Checkpoint) throws(PluginError) {
        try replaceFile(checkpointPath, with: Array("berth-checkpoint 1 \(checkpoint.stateVersion)\n".utf8) + checkpoint.state)
    }

    package func unfinished() throws(PluginError) -> JobRecord? {
        guard access(jobPath, F_OK) == 0 else { return nil }
        let bytes = try readFile(jobPath, limit: 32 << 20)
        do {
            return try JobRecord(JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))
        } catch {
            throw PluginError(.system, "\(jobPath) is not a job of this version of Berth", cause: error)
        }
    }

    package func begin(_ job: JobRecord) throws(PluginError) {
        try replaceFile(jobPath, with: Array(job.json.serialized(pretty: true).utf8))
    }

    package func finish(_ job: JobRecord, graph: ResourceGraph?) throws(PluginError) {
        if let graph { try replaceFile(graphPath, with: Array(graph.json(sensitive: .redact).serialized(pretty: true).utf8)) }
        guard unlink(jobPath) == 0 || errno == ENOENT else { throw .system("cannot remove \(jobPath)", errno) }
        try syncDirectory(of: jobPath)
    }
}
