internal import CYAML

/// Reads a document of YAML: the syntax by libyaml, the meaning of scalars by the rules of Terraform.
package struct YAMLReader: ~Copyable {
    /// What is wrong, and where if it is not in the first line.
    package struct Fault: Error, CustomStringConvertible {
        package var message: String
        package var place: (line: Int, column: Int)?

        package var description: String { (place.map { "on line \($0.line), column \($0.column): " } ?? "") + message }
    }

    /// How deep values nest, and how many there are with those that aliases repeat.
    static let depthMax = 500
    static let valuesMax = 1_000_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var anchors: [String: (value: Value, size: Int)] = [:]
    private var pending: [String: Int] = [:]
    private var size = 0

    package static func value(of text: String) throws(Fault) -> Value {
        // Without anything in it, there would not even be a document.
        let bytes = text.isEmpty ? [0x0a] : Array(text.utf8)
        var reader = YAMLReader()
        // The parser keeps the pointer, which therefore lives as long as it does.
        let source = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        defer { source.deallocate() }
        _ = source.initialize(from: bytes)
        yaml_parser_set_input_string(reader.parser, source.baseAddress, source.count)
        return try reader.document()
    }

    private init() {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        precondition(yaml_parser_initialize(parser) == 1, "libyaml has memory for a parser")
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document() throws(Fault) -> Value {
        guard try next().kind == YAML_STREAM_START_EVENT else { throw Fault(message: "missing stream start token") }
        let start = try next()
        guard start.kind == YAML_DOCUMENT_START_EVENT else { throw start.fault("missing start of document") }
        let value = try value(try next(), depth: 0)
        let end = try next()
        if end.kind == YAML_DOCUMENT_START_EVENT { throw end.fault("only a single document is allowed") }
        guard end.kind == YAML_DOCUMENT_END_EVENT else { throw end.fault("unexpected extra content after value") }
        let after = try next()
        guard after.kind == YAML_STREAM_END_EVENT else { throw after.fault("unexpected extra content after value") }
        return value
    }

    /// An event of the parser, as far as it matters.
    private struct Event {
        var kind: yaml_event_type_t
        var line: Int
        var column: Int
        var tag = ""
        var anchor = ""
        var text = ""
        var isQuoted = false

        func fault(_ message: String) -> Fault { Fault(message: message, place: line == 0 ? nil : (line, column + 1)) }

        var isMergeKey: Bool { kind == YAML_SCALAR_EVENT && (tag.isEmpty && text == "<<" || tag == "tag:yaml.org,2002:merge") }
    }

    private func next() throws(Fault) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw parserFault }
        defer { yaml_event_delete(&event) }
        func text(_ characters: UnsafeMutablePointer<UInt8>?) -> String { characters.map { String(cString: $0) } ?? "" }
        var result = Event(kind: event.type, line: Int(event.start_mark.line), column: Int(event.start_mark.column))
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            result.tag = text(scalar.tag)
            result.anchor = text(scalar.anchor)
            result.text = UnsafeBufferPointer(start: scalar.value, count: scalar.length).text
            result.isQuoted = scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE || scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE
        case YAML_SEQUENCE_START_EVENT:
            result.tag = text(event.data.sequence_start.tag)
            result.anchor = text(event.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT:
            result.tag = text(event.data.mapping_start.tag)
            result.anchor = text(event.data.mapping_start.anchor)
        case YAML_DOCUMENT_START_EVENT:
            if let version = event.data.document_start.version_directive, version.pointee.major != 1 || version.pointee.minor != 1 {
                throw result.fault("found incompatible YAML document")
            }
        case YAML_ALIAS_EVENT: result.anchor = text(event.data.alias.anchor)
        default: break
        }
        return result
    }

    /// What the parser complains about. Lines count from zero here, but for what its scanner found.
    private var parserFault: Fault {
        let state = parser.pointee
        let message = state.problem.map { String(cString: $0) } ?? "invalid YAML syntax"
        if state.problem_mark.line != 0 {
            let isScanner = state.error == YAML_SCANNER_ERROR
            let (line, column) = (Int(state.problem_mark.line), Int(state.problem_mark.column))
            return Fault(message: message, place: isScanner ? (line + 1, 1) : (line, column + 1))
        }
        let context = state.context_mark
        return Fault(message: message, place: context.line == 0 ? nil : (Int(context.line), Int(context.column) + 1))
    }

    private mutating func count(_ added: Int, _ event: Event) throws(Fault) {
        size += added
        if size > Self.valuesMax { throw event.fault("the document stands for more than \(Self.valuesMax) values") }
    }

    private mutating func value(_ event: Event, depth: Int) throws(Fault) -> Value {
        if depth > Self.depthMax { throw event.fault("values are nested more than \(Self.depthMax) times") }
        let before = size
        try count(1, event)
        switch event.kind {
        case YAML_SCALAR_EVENT:
            let value = try scalar(event)
            if !event.anchor.isEmpty { anchors[event.anchor] = (value, 1) }
            return value
        case YAML_ALIAS_EVENT:
            if pending[event.anchor] != nil {
                throw event.fault("cannot refer to anchor \(event.anchor.goQuoted) from inside its own definition")
            }
            guard let anchor = anchors[event.anchor] else {
                throw event.fault("reference to undefined anchor \(event.anchor.goQuoted)")
            }
            try count(anchor.size, event)
            return anchor.value
        case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
            let isMapping = event.kind == YAML_MAPPING_START_EVENT
            guard event.tag.isEmpty || event.tag == "tag:yaml.org,2002:" + (isMapping ? "map" : "seq") else {
                throw event.fault("can't interpret \(isMapping ? "mapping" : "sequence") as \(event.tag)")
            }
            if !event.anchor.isEmpty { pending[event.anchor, default: 0] += 1 }
            let value = isMapping ? try mapping(depth: depth) : try sequence(depth: depth)
            if !event.anchor.isEmpty {
                pending[event.anchor] = pending[event.anchor].flatMap { $0 > 1 ? $0 - 1 : nil }
                anchors[event.anchor] = (value, size - before)
            }
            return value
        case YAML_DOCUMENT_START_EVENT: throw event.fault("only a single document is allowed")
        case YAML_STREAM_END_EVENT: throw event.fault("expecting value but found end of stream")
        default: throw event.fault("unexpected parser event")
        }
    }

    private mutating func sequence(depth: Int) throws(Fault) -> Value {
        var elements: [Value] = []
        while true {
            let event = try next()
            if event.kind == YAML_SEQUENCE_END_EVENT { return .tuple(elements) }
            elements.append(try value(event, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws(Fault) -> Value {
        var members: [String: Value] = [:]
        while true {
            let event = try next()
            if event.kind == YAML_MAPPING_END_EVENT { return .object(members) }
            if event.isMergeKey {
                let merged = try value(try next(), depth: depth + 1)
                try merge(merged, into: &members, event)
                continue
            }
            guard event.kind == YAML_SCALAR_EVENT else { throw event.fault("only strings are allowed as mapping keys") }
            let key: Value
            do throws(YAMLScalar.Fault) {
                key = try YAMLScalar.value(event.text, tag: event.tag, isQuoted: event.isQuoted)
            } catch {
                throw Fault(message: error.message)
            }
            if key.isNull { throw event.fault("mapping key cannot be null") }
            guard let name = (try? key.converted(to: .string))?.stringValue else {
                // Every scalar but null has a text.
                throw event.fault("only strings are allowed as mapping keys")
            }
            members[name] = try value(try next(), depth: depth + 1)
        }
    }

    private func merge(_ value: Value, into members: inout [String: Value], _ event: Event) throws(Fault) {
        guard let own = value.members else { throw event.fault("cannot merge \(value.type.friendlyName) into mapping") }
        members.merge(own) { $1 }
    }

    private func scalar(_ event: Event) throws(Fault) -> Value {
        do throws(YAMLScalar.Fault) {
            return try YAMLScalar.value(event.text, tag: event.tag, isQuoted: event.isQuoted)
        } catch {
            throw event.fault(error.message)
        }
    }
}
