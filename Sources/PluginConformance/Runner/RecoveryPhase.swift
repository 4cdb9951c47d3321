import Glibc
import JSON
import PluginLoading

/// A job in a process of its own that is killed at a chosen call to its host.
struct RecoveryPhase: Sendable {
    var operation: JobOperation
    var id: OperationID
    /// The operation that was lost, for recover.
    var interrupted: JobOperation
    /// The number of the call in which the process dies.
    var call: Int
    /// Whether the call has its effect before that.
    var isAfter: Bool
    /// Whether only checkpoints are counted.
    var countsCheckpoints = false
    /// The backend's; absolute.
    var directory: String

    /// Where the job's checkpoints are kept.
    var stateFile: String { directory + ".state" }

    /// The phase as an argument.
    var text: String {
        let json: JSONValue = [
            "operation": .string("\(operation)"), "id": .string(id.rawValue), "interrupted": .string("\(interrupted)"),
            "call": .integer(Int64(call)), "after": .bool(isAfter), "checkpoints": .bool(countsCheckpoints),
            "directory": .string(directory),
        ]
        return json.serialized()
    }

    init(
        _ operation: JobOperation, id: OperationID, interrupted: JobOperation, call: Int, isAfter: Bool, countsCheckpoints: Bool = false,
        directory: String
    ) {
        self.operation = operation
        self.id = id
        self.interrupted = interrupted
        self.call = call
        self.isAfter = isAfter
        self.countsCheckpoints = countsCheckpoints
        self.directory = directory
    }

    private init?(_ text: String) {
        guard let json = try? JSONValue(parsing: text), let operation = json["operation"]?.stringValue.flatMap(JobOperation.init(name:)),
            let interrupted = json["interrupted"]?.stringValue.flatMap(JobOperation.init(name:)), let id = json["id"]?.stringValue,
            let call = json["call"]?.intValue, let directory = json["directory"]?.stringValue
        else { return nil }
        self.init(
            operation, id: OperationID(rawValue: id), interrupted: interrupted, call: call, isAfter: json["after"]?.boolValue ?? false,
            countsCheckpoints: json["checkpoints"]?.boolValue ?? false, directory: directory)
    }

    /// Runs a phase and ends the process.
    static func run(_ text: String, arguments: ChildArguments) -> Never {
        let session = arguments.session()
        do {
            guard let phase = RecoveryPhase(text) else { throw ConformanceStop.failed("the phase \(text) makes no sense") }
            let backend = try session.backend(directory: phase.directory)
            backend.checkpoint = phase.storedCheckpoint(version: try session.library().descriptor.stateVersion)
            backend.store = { phase.store($0) }
            let disturbance = Disturbance(
                deed: phase.isAfter ? .killAfter : .killBefore, at: phase.call, functions: phase.countsCheckpoints ? ["checkpoint"] : nil)
            try backend.run(phase.operation, id: phase.id, disturbance: disturbance) { $0.interrupted = phase.interrupted.wire }
            _exit(0)
        } catch {
            FileStream.write(Array("\(error)\n".utf8), to: 2)
            _exit(1)
        }
    }

    /// The checkpoint that was stored last; nil if there is none.
    func storedCheckpoint(version: UInt32) -> Checkpoint? {
        guard let bytes = try? readFile(stateFile, limit: 128 << 20) else { return nil }  // not there: nothing was stored yet
        return Checkpoint(state: bytes, stateVersion: version)
    }

    /// Stores a checkpoint so that it outlives this process. It need not outlive the machine.
    func store(_ checkpoint: Checkpoint) -> PluginStatus {
        let fresh = stateFile + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .unavailable }
        FileStream.write(checkpoint.state, to: descriptor)
        close(descriptor)
        return rename(fresh, stateFile) == 0 ? .ok : .unavailable
    }
}
