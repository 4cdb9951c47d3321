import JSON
import PluginLoading
import ResourceGraph

// How the models of a job are written into frames. Each pair reads what it writes.

extension ByteReader {
    mutating func readJSON() throws(WireError) -> JSONValue {
        let text = try readText()
        do { return try JSONValue(parsing: text) } catch { throw WireError(description: "JSON in a frame: \(error)") }
    }
}

extension LogRecord {
    func encode(into writer: inout ByteWriter) {
        writer.write(severity.rawValue)
        writer.write(stream.rawValue)
        writer.write(stage)
        writer.write(message)
        writer.write(fields) {
            $0.write($1.key)
            $0.write($1.value)
        }
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        let severity = Severity(wire: try reader.read())
        let stream = LogStream(wire: try reader.read())
        let stage = try reader.readText()
        let message = try reader.readText()
        let fields = try reader.readArray { (reader) throws(WireError) in
            LogField(key: try reader.readText(), value: try reader.readText())
        }
        self.init(severity, message, stream: stream, stage: stage, fields: fields)
    }
}

extension ProgressReport {
    func encode(into writer: inout ByteWriter) {
        writer.write(resource) { $0.write($1) }
        writer.write(message)
        writer.write(done)
        writer.write(total)
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        self.init(
            resource: try reader.readOptional { (reader) throws(WireError) in try reader.readText() }, message: try reader.readText(),
            done: try reader.read(), total: try reader.read())
    }
}

extension Diagnostic {
    func encode(into writer: inout ByteWriter) {
        writer.write(severity.rawValue)
        writer.write(code)
        writer.write(summary)
        writer.write(detail)
        writer.write(resource) { $0.write($1) }
        writer.write(attribute) { $0.write($1) }
        writer.write(sourcePath) { $0.write($1) }
        writer.write(line)
        writer.write(column)
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        self.init(
            Severity(wire: try reader.read()), code: try reader.readText(), summary: try reader.readText(), detail: try reader.readText(),
            resource: try reader.readOptional { (reader) throws(WireError) in try reader.readText() },
            attribute: try reader.readOptional { (reader) throws(WireError) in try reader.readText() },
            sourcePath: try reader.readOptional { (reader) throws(WireError) in try reader.readText() },
            line: try reader.read(), column: try reader.read())
    }
}

extension Checkpoint {
    func encode(into writer: inout ByteWriter) {
        writer.write(stateVersion)
        writer.write(state)
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        let version = try reader.read(UInt32.self)
        self.init(state: try reader.readBytes(), stateVersion: version)
    }
}

extension GraphNode {
    func encode(into writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        writer.write(change.rawValue)
        writer.write(address)
        writer.write(type)
        writer.write(name)
        writer.write(remoteID) { $0.write($1) }
        writer.write(attributes.serialized())
        writer.write(sensitive) { $0.write($1.description) }
        writer.write(unknown) { $0.write($1.description) }
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        func pointers(_ reader: inout ByteReader) throws(WireError) -> [JSONPointer] {
            try reader.readArray { (reader) throws(WireError) in
                let text = try reader.readText()
                do { return try JSONPointer(text) } catch { throw WireError(description: "a JSON pointer in a frame: \(error)") }
            }
        }
        self.init(
            kind: NodeKind(abiValue: try reader.read()), change: ResourceChange(abiValue: try reader.read()),
            address: try reader.readText(),
            type: try reader.readText(), name: try reader.readText(),
            remoteID: try reader.readOptional { (reader) throws(WireError) in try reader.readText() }, attributes: try reader.readJSON(),
            sensitive: try pointers(&reader), unknown: try pointers(&reader))
    }
}

extension JobRequest {
    func encode(into writer: inout ByteWriter) {
        writer.write(operation.wire)
        if case .action(let id, let arguments) = operation {
            writer.write(id)
            writer.write(arguments) { $1.encode(into: &$0) }
        }
        writer.write(operationID.rawValue)
        writer.write(sourceDirectory) { $0.write($1) }
        writer.write(inputs)
        writer.write(labels) {
            $0.write($1.key)
            $0.write($1.value)
        }
        writer.write(checkpoint) { $1.encode(into: &$0) }
        writer.write(plan) { $0.write($1) }
        writer.write(resource) { $0.write($1) }
        writer.write(interrupted)
        writer.write(planDestroy)
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        let kind = try reader.read(UInt32.self)
        let operation: JobOperation
        if let plain = JobOperation.plain.first(where: { $0.wire == kind }) {
            operation = plain
        } else if kind == JobOperation.action(id: "", arguments: []).wire {
            let id = try reader.readText()
            operation = .action(
                id: id, arguments: try reader.readArray { (reader) throws(WireError) in try ActionArgument(decoding: &reader) })
        } else {
            throw WireError(description: "unknown operation \(kind)")
        }
        self.init(
            operation, operationID: OperationID(rawValue: try reader.readText()),
            sourceDirectory: try reader.readOptional { (reader) throws(WireError) in try reader.readText() }, inputs: try reader.readText(),
            labels: try reader.readArray { (reader) throws(WireError) in Label(key: try reader.readText(), value: try reader.readText()) },
            checkpoint: try reader.readOptional { (reader) throws(WireError) in try Checkpoint(decoding: &reader) },
            plan: try reader.readOptional { (reader) throws(WireError) in try reader.readBytes() },
            resource: try reader.readOptional { (reader) throws(WireError) in try reader.readText() }, interrupted: try reader.read(),
            planDestroy: try reader.readFlag())
    }
}

extension JobOperation {
    /// Those that have no arguments.
    static let plain: [JobOperation] = [.parse, .plan, .apply, .destroy, .read, .recover, .inventory]
}

extension ActionArgument {
    func encode(into writer: inout ByteWriter) {
        writer.write(type.rawValue)
        switch self {
        case .i64(let number): writer.write(number)
        case .u64(let number): writer.write(number)
        case .f64(let number): writer.write(number.bitPattern)
        case .bool(let flag): writer.write(flag)
        case .str(let text), .json(let text): writer.write(text)
        case .bytes(let bytes): writer.write(bytes)
        }
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        switch ActionType(rawValue: try reader.read()) {
        case .i64: self = .i64(try reader.read())
        case .u64: self = .u64(try reader.read())
        case .f64: self = .f64(Double(bitPattern: try reader.read()))
        case .bool: self = .bool(try reader.readFlag())
        case .str: self = .str(try reader.readText())
        case .bytes: self = .bytes(try reader.readBytes())
        case .json: self = .json(try reader.readText())
        case nil: throw WireError(description: "an action argument of unknown type")
        }
    }
}

extension PluginDescriptor {
    func encode(into writer: inout ByteWriter) {
        writer.write(id.rawValue)
        writer.write(name)
        writer.write(version)
        writer.write(vendor)
        writer.write(summary)
        writer.write(homepage)
        writer.write(capabilities.rawValue)
        writer.write(configurationSchema)
        writer.write(stateVersion)
        writer.write(stateVersionMin)
        writer.write(maxConcurrentJobs)
        writer.write(abiMinor)
        writer.write(hasInventory)
        writer.write(actions) { writer, action in
            writer.write(action.id)
            writer.write(action.title)
            writer.write(action.summary)
            writer.write(action.appliesTo) { $0.write($1) }
            writer.write(action.flags)
            writer.write(action.parameters) { writer, parameter in
                writer.write(parameter.name)
                writer.write(parameter.type.rawValue)
                writer.write(parameter.summary)
                writer.write(parameter.constraint) { $0.write($1) }
                writer.write(parameter.defaultValue) { $0.write($1) }
            }
        }
        writer.write(unusableActions) { $0.write($1) }
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        func optional(_ reader: inout ByteReader) throws(WireError) -> String? {
            try reader.readOptional { (reader) throws(WireError) in try reader.readText() }
        }
        self.init(
            id: PluginID(rawValue: try reader.readText()), name: try reader.readText(), version: try reader.readText(),
            vendor: try reader.readText(), summary: try reader.readText(), homepage: try reader.readText(),
            capabilities: Capabilities(rawValue: try reader.read()), configurationSchema: try reader.readText(),
            stateVersion: try reader.read(), stateVersionMin: try reader.read(), maxConcurrentJobs: try reader.read(),
            abiMinor: try reader.read(), hasInventory: try reader.readFlag(),
            actions: try reader.readArray { (reader) throws(WireError) in
                ActionDeclaration(
                    id: try reader.readText(), title: try reader.readText(), summary: try reader.readText(),
                    appliesTo: try optional(&reader), flags: try reader.read(),
                    parameters: try reader.readArray { (reader) throws(WireError) in
                        let name = try reader.readText()
                        guard let type = ActionType(rawValue: try reader.read()) else {
                            throw WireError(description: "an action parameter of unknown type")
                        }
                        return ActionParameter(
                            name: name, type: type, summary: try reader.readText(), constraint: try optional(&reader),
                            defaultValue: try optional(&reader))
                    })
            }, unusableActions: try reader.readArray { (reader) throws(WireError) in try reader.readText() })
    }
}
