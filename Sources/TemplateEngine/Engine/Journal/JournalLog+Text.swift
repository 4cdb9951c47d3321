package import HCL
import TemplateState
import TemplateConfiguration

/// A journal as text: a line with the base, then one for each entry.
extension JournalLog {
    private static let format = "berth-journal"
    private static let version = 1

    /// Needs a deep stack.
    /// - Throws: if an output of the base cannot be stored.
    package func encoded() throws(JSONEncodingError) -> [UInt8] {
        var text = try Self.head(base)
        for entry in entries { text += entry.line }
        return Array(text.utf8)
    }

    /// The first line.
    static func head(_ base: State) throws(JSONEncodingError) -> String {
        JournalLine.text([
            ("format", format.jsonQuoted), ("version", String(version)), ("lineage", base.lineage.jsonQuoted),
            ("serial", String(base.serial)), ("state", try StateFile.write(base).jsonQuoted),
        ])
    }

    /// Reads what ``encoded()`` gives, and what entries added to it. Needs a deep stack.
    ///
    /// A last line without an end is what a crash left of something nobody was told is stored: it is passed over.
    /// - Throws: ``JournalError`` that names the line.
    package static func decoded(_ bytes: [UInt8]) throws(JournalError) -> JournalLog {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // After the last end of a line there is nothing, or what was torn.
        _ = lines.popLast()
        guard let first = lines.first else { throw JournalError("it has no complete first line", line: 1) }
        var log = JournalLog(base: try base(JournalLine(first, number: 1)))
        for (index, line) in lines.enumerated().dropFirst() {
            var line = try JournalLine(line, number: index + 1)
            log.append(try JournalEntry(&line))
            try line.end()
        }
        return log
    }

    private static func base(_ head: consuming JournalLine) throws(JournalError) -> State {
        let format = try head.string("format")
        guard format == Self.format else { throw head.fail("\(format.goQuoted) is not the format of a journal") }
        let version = try head.count("version")
        guard version == Self.version else { throw head.fail("version \(version) of the format is not known; \(Self.version) is") }
        let lineage = try head.string("lineage")
        let serial = try head.count("serial")
        let text = try head.string("state")
        try head.end()
        do {
            let state = try StateFile.read(text)
            if state.lineage == lineage && state.serial == serial { return state }
        } catch {
            throw JournalError("its state cannot be read: \(error)", line: 1)
        }
        throw head.fail("its state is not the one that it names")
    }
}

extension JournalEntry {
    /// With the end of the line.
    var line: String {
        switch self {
        case .provider(let provider, let configuration):
            JournalLine.text([
                ("entry", "\"provider\""), ("provider", provider.description.jsonQuoted), ("configuration", configuration.jsonQuoted),
            ])
        case .intent(let intent):
            JournalLine.text([
                ("entry", "\"intent\""), ("address", intent.address.description.jsonQuoted), ("deposed", intent.deposedKey?.jsonQuoted),
                ("action", intent.action.journalName.jsonQuoted), ("provider", intent.provider.description.jsonQuoted),
                ("key", intent.key.jsonQuoted), ("object", intent.planned?.text.jsonQuoted),
            ])
        case .handle(let address, let handle):
            JournalLine.text([("entry", "\"handle\""), ("address", address.description.jsonQuoted), ("handle", handle.jsonQuoted)])
        case .settled(let address, let deposed, let provider, let object):
            JournalLine.text([
                ("entry", "\"settled\""), ("address", address.description.jsonQuoted), ("deposed", deposed?.jsonQuoted),
                ("provider", provider.description.jsonQuoted), ("object", object?.text.jsonQuoted),
            ])
        case .restored(let address, let deposed):
            JournalLine.text([("entry", "\"restored\""), ("address", address.description.jsonQuoted), ("deposed", deposed.jsonQuoted)])
        }
    }

    init(_ line: inout JournalLine) throws(JournalError) {
        let kind = try line.string("entry")
        switch kind {
        case "provider": self = .provider(try line.provider(), configuration: try line.string("configuration"))
        case "intent": self = .intent(try Intent(&line))
        case "handle": self = .handle(address: try line.address(), handle: try line.string("handle"))
        case "settled":
            self = .settled(
                address: try line.address(), deposed: try line.optionalString("deposed"), provider: try line.provider(),
                object: try line.object())
        case "restored": self = .restored(address: try line.address(), deposed: try line.string("deposed"))
        default: throw line.fail("\(kind.goQuoted) is no kind of entry that we know")
        }
    }
}

extension JournalEntry.Intent {
    fileprivate init(_ line: inout JournalLine) throws(JournalError) {
        let name = try line.string("action")
        guard let action = ResourceChange.Action(journalName: name) else { throw line.fail("\(name.goQuoted) is no action") }
        self.init(
            address: try line.address(), deposedKey: try line.optionalString("deposed"), action: action, provider: try line.provider(),
            key: try line.string("key"), planned: try line.object())
        if (planned == nil) != (action == .delete) { throw line.fail("\"object\" belongs to everything but a delete") }
        if action == .createThenDelete && deposedKey == nil { throw line.fail("\"deposed\" is missing") }
    }
}

extension ResourceChange.Action {
    fileprivate static let journalled: [(String, ResourceChange.Action)] = [
        ("create", .create), ("update", .update), ("delete", .delete), ("replace", .replace), ("create-then-delete", .createThenDelete),
    ]

    fileprivate var journalName: String { Self.journalled.first { $0.1 == self }?.0 ?? rawValue }

    fileprivate init?(journalName: String) {
        guard let action = Self.journalled.first(where: { $0.0 == journalName })?.1 else { return nil }
        self = action
    }
}
