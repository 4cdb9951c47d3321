import JSON
package import PluginLoading
package import ResourceGraph

/// What host and worker say to each other. Both are built from the same source, so the numbers may change from one
/// version to the next; the first frame carries ``WireProtocol/version`` all the same, to catch a stale executable.
package enum WireProtocol {
    package static let version: UInt32 = 1
    /// Longer frames end the conversation: a request with the largest state, plan and inputs, and what surrounds them.
    package static let frameSizeMaxBytes = 160 << 20
    /// Where a worker finds its socket.
    package static let socketDescriptor: Int32 = 3
    /// Where a worker finds the library.
    package static let libraryDescriptor: Int32 = 4
    /// With what a worker exits that finds its socket closed.
    package static let socketLostCode: Int32 = 76
    /// What every process of a worker carries in its environment, with the worker's id.
    package static let marker = "BERTH_WORKER_ID"
}

/// From the host to a worker.
package enum HostMessage: Sendable {
    case start(StartMessage)
    case run(JobID, JobRequest)
    /// The deadline on the monotonic clock, which both processes share; in nanoseconds.
    case cancel(UInt64)
    case interrupt
    case checkpointAnswer(PluginStatus)
}

/// What a worker needs to load its plugin.
package struct StartMessage: Sendable {
    package var libraryPath: String
    package var directories: HostDirectories
    package var configuration: String
    package var limits: WorkerLimits
}

/// From a worker to the host.
package enum WorkerMessage: Sendable {
    case started(PluginDescriptor)
    case refused(code: String, message: String, cause: String?)
    case log(LogRecord)
    case dropped(UInt64)
    case progress(ProgressReport)
    case diagnostic(Diagnostic)
    case checkpoint(Checkpoint)
    case node(GraphNode)
    case edge(GraphEdge)
    case output(GraphOutput)
    case plan([UInt8])
    case document(kind: String, json: String)
    /// The operation returned. `childrenLeft`: processes that it started still run.
    case finished(status: UInt32, violations: [String], childrenLeft: Bool)
    /// A message that belongs to no job.
    case pluginLog(LogRecord)
}

extension HostMessage {
    /// Appends the message as one frame.
    package func encode(into writer: inout ByteWriter) {
        writer.frame { writer in
            switch self {
            case .start(let start):
                writer.write(UInt8(1))
                writer.write(WireProtocol.version)
                writer.write(start.libraryPath)
                writer.write(start.directories.plugin)
                writer.write(start.directories.cache)
                writer.write(start.directories.work)
                writer.write(start.configuration)
                start.limits.encode(into: &writer)
            case .run(let id, let request):
                writer.write(UInt8(2))
                writer.write(id.rawValue)
                request.encode(into: &writer)
            case .cancel(let deadline):
                writer.write(UInt8(3))
                writer.write(deadline)
            case .interrupt:
                writer.write(UInt8(4))
            case .checkpointAnswer(let status):
                writer.write(UInt8(5))
                writer.write(status.rawValue)
            }
        }
    }

    package init(decoding reader: inout ByteReader) throws(WireError) {
        switch try reader.read(UInt8.self) {
        case 1:
            let version = try reader.read(UInt32.self)
            guard version == WireProtocol.version else {
                throw WireError(description: "the host speaks worker protocol \(version), this worker \(WireProtocol.version)")
            }
            self = .start(
                StartMessage(
                    libraryPath: try reader.readText(),
                    directories: HostDirectories(
                        plugin: try reader.readText(), cache: try reader.readText(), work: try reader.readText()),
                    configuration: try reader.readText(), limits: try WorkerLimits(decoding: &reader)))
        case 2: self = .run(JobID(rawValue: try reader.readText()), try JobRequest(decoding: &reader))
        case 3: self = .cancel(try reader.read())
        case 4: self = .interrupt
        case 5: self = .checkpointAnswer(PluginStatus(wire: try reader.read()))
        case let type: throw WireError(description: "unknown message \(type) from the host")
        }
    }
}

extension WorkerMessage {
    /// Appends the message as one frame.
    package func encode(into writer: inout ByteWriter) {
        writer.frame { writer in
            switch self {
            case .started(let descriptor):
                writer.write(UInt8(1))
                descriptor.encode(into: &writer)
            case .refused(let code, let message, let cause):
                writer.write(UInt8(2))
                writer.write(code)
                writer.write(message)
                writer.write(cause) { $0.write($1) }
            case .log(let record):
                writer.write(UInt8(3))
                record.encode(into: &writer)
            case .dropped(let count):
                writer.write(UInt8(4))
                writer.write(count)
            case .progress(let progress):
                writer.write(UInt8(5))
                progress.encode(into: &writer)
            case .diagnostic(let diagnostic):
                writer.write(UInt8(6))
                diagnostic.encode(into: &writer)
            case .checkpoint(let checkpoint):
                writer.write(UInt8(7))
                checkpoint.encode(into: &writer)
            case .node(let node):
                writer.write(UInt8(8))
                node.encode(into: &writer)
            case .edge(let edge):
                writer.write(UInt8(9))
                writer.write(edge.kind.rawValue)
                writer.write(edge.from)
                writer.write(edge.to)
            case .output(let output):
                writer.write(UInt8(10))
                writer.write(output.name)
                writer.write(output.value.serialized())
                writer.write(output.isSensitive)
            case .plan(let bytes):
                writer.write(UInt8(11))
                writer.write(bytes)
            case .document(let kind, let json):
                writer.write(UInt8(12))
                writer.write(kind)
                writer.write(json)
            case .finished(let status, let violations, let childrenLeft):
                writer.write(UInt8(13))
                writer.write(status)
                writer.write(violations) { $0.write($1) }
                writer.write(childrenLeft)
            case .pluginLog(let record):
                writer.write(UInt8(14))
                record.encode(into: &writer)
            }
        }
    }

    package init(decoding reader: inout ByteReader) throws(WireError) {
        switch try reader.read(UInt8.self) {
        case 1: self = .started(try PluginDescriptor(decoding: &reader))
        case 2:
            self = .refused(
                code: try reader.readText(), message: try reader.readText(),
                cause: try reader.readOptional { (reader) throws(WireError) in try reader.readText() })
        case 3: self = .log(try LogRecord(decoding: &reader))
        case 4: self = .dropped(try reader.read())
        case 5: self = .progress(try ProgressReport(decoding: &reader))
        case 6: self = .diagnostic(try Diagnostic(decoding: &reader))
        case 7: self = .checkpoint(try Checkpoint(decoding: &reader))
        case 8: self = .node(try GraphNode(decoding: &reader))
        case 9: self = .edge(GraphEdge(EdgeKind(abiValue: try reader.read()), from: try reader.readText(), to: try reader.readText()))
        case 10:
            self = .output(
                GraphOutput(name: try reader.readText(), value: try reader.readJSON(), isSensitive: try reader.readFlag()))
        case 11: self = .plan(try reader.readBytes())
        case 12: self = .document(kind: try reader.readText(), json: try reader.readText())
        case 13:
            self = .finished(
                status: try reader.read(), violations: try reader.readArray { (reader) throws(WireError) in try reader.readText() },
                childrenLeft: try reader.readFlag())
        case 14: self = .pluginLog(try LogRecord(decoding: &reader))
        case let type: throw WireError(description: "unknown message \(type) from the worker")
        }
    }
}

extension ByteWriter {
    /// Appends what `body` writes as a frame: its length in four bytes, then itself.
    fileprivate mutating func frame(_ body: (inout ByteWriter) -> Void) {
        let start = bytes.count
        write(UInt32(0))
        body(&self)
        patch(UInt32(bytes.count - start - 4), at: start)
    }
}
