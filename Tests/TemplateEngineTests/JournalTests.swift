import Foundation
import HCL
import ProviderKit
import Synchronization
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState
import TestSupport
import Testing

/// What a journal says, as text and as a state.
@Suite struct JournalTests {
    private let provider = ProviderConfigurationAddress(.root, ProviderAddress(namespace: "test", type: "cloud"))
    private var log: JournalLog {
        get throws {
            var old = ObjectState(attributes: #"{"id":"1","n":0.10}"#)
            old.dependencies = [ConfiguredResourceAddress(.root, ResourceAddress(.managed, "cloud_server", "b"))]
            var state = State(serial: 3, lineage: "l")
            state.outputs["o"] = OutputState(value: .string("x\ny"), isSensitive: true)
            state.resources[try address("cloud_server.a").absoluteResource] = ResourceState(
                provider: provider, instances: [nil: InstanceState(current: old)])
            return JournalLog(base: state)
        }
    }

    private let engine = TemplateEngine(
        configuration: Configuration(modules: [:], sources: [:], rootDirectory: ""), catalog: ProviderCatalog(),
        environment: EngineEnvironment(provider: ProviderEnvironment(directory: "")))

    private func address(_ text: String) throws -> ResourceInstanceAddress { try ResourceInstanceAddress.parse(text) }

    private func intent(_ text: String, _ action: ResourceChange.Action, deposed: String? = nil) throws -> JournalEntry {
        .intent(
            JournalEntry.Intent(
                address: try address(text), deposedKey: deposed, action: action, provider: provider, key: "k",
                planned: action == .delete ? nil : ObjectState(attributes: #"{"name":"\n\"é"}"#)))
    }

    private var entries: [JournalEntry] {
        get throws {
            [
                .provider(provider, configuration: #"{"token":"t"}"#), try intent(#"cloud_server.c["x"]"#, .create),
                .handle(address: try address(#"cloud_server.c["x"]"#), handle: #"{"id":"2"}"#),
                try intent("cloud_server.a", .createThenDelete, deposed: "0badf00d"),
                .settled(
                    address: try address("cloud_server.a"), deposed: nil, provider: provider,
                    object: ObjectState(attributes: #"{"id":"3"}"#)),
                try intent("cloud_server.a", .delete, deposed: "0badf00d"),
            ]
        }
    }

    @Test("what is read is what was written, and reading it again changes nothing")
    func roundTrip() throws {
        var log = try log
        for entry in try entries { log.append(entry) }
        let bytes = try log.encoded()
        let read = try JournalLog.decoded(bytes)
        #expect(try read.encoded() == bytes)
        #expect(try StateFile.write(read.state) == StateFile.write(log.state))
        #expect(read.open.map(\.intent.action) == [.delete, .create])
        #expect(read.open.last?.handle == #"{"id":"2"}"#)
        #expect(read.state[try address("cloud_server.a")]?.deposed["0badf00d"]?.attributes == #"{"id":"1","n":0.10}"#)
        #expect(read.providerConfigurations == [provider: #"{"token":"t"}"#])
        let compacted = read.compacted
        #expect(try StateFile.write(compacted.state) == StateFile.write(log.state))
        #expect(try compacted.encoded() == JournalLog.decoded(compacted.encoded()).compacted.encoded())
    }

    @Test("entries that are there twice change nothing the second time")
    func repeated() throws {
        var once = try log
        var twice = once
        for entry in try entries {
            once.append(entry)
            twice.append(entry)
            twice.append(entry)
        }
        #expect(try once.compacted.encoded() == twice.compacted.encoded())
    }

    @Test("a journal cut anywhere reads as the entries before the cut; a hole in the middle is an error with its line")
    func torn() throws {
        let base = try log
        let head = try base.encoded().count
        var log = base
        for entry in try entries { log.append(entry) }
        let bytes = try log.encoded()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let cut = Array(bytes.prefix(length))
            if length < head {
                #expect(throws: JournalError.self) { try JournalLog.decoded(cut) }
            } else {
                let complete = cut.count { $0 == UInt8(ascii: "\n") }
                #expect(try JournalLog.decoded(cut).entries.count == complete - 1)
            }
        }
        var holed = bytes
        holed[head + 3] = 0
        #expect { try JournalLog.decoded(holed) } throws: { ($0 as? JournalError)?.line == 2 }
    }

    @Test(
        "what is not a journal's line is refused",
        arguments: [
            #"{"entry":"handle","address":"cloud_server.a"}"#, #"{"entry":"handle","address":"1","handle":"h"}"#,
            #"{"entry":"handle","address":"cloud_server.a","handle":"h","more":"1"}"#, #"{"entry":"other"}"#, "[]", "",
            #"{"entry":"restored","address":"cloud_server.a","address":"cloud_server.b","deposed":"d"}"#,
            #"{"entry":"intent","address":"cloud_server.a","action":"read","provider":"provider[\"a/b\"]","key":"k"}"#,
        ])
    func refused(_ line: String) throws {
        let bytes = try log.encoded() + Array((line + "\n").utf8)
        #expect { try JournalLog.decoded(bytes) } throws: { ($0 as? JournalError)?.line == 2 }
    }

    @Test("a journal is used with the state that it belongs to only")
    func continued() throws {
        var log = try log
        for entry in try entries { log.append(entry) }
        let base = log.base
        #expect(try log.continued(from: base).entries.count == log.entries.count)
        var next = log.state
        next.serial += 1
        let continued = try log.continued(from: next)
        #expect(continued.base.serial == 4)
        #expect(continued.open.count == 2)
        // What is open began before: the object that waits to be destroyed stays what it is.
        var replaced = JournalLog(base: base)
        replaced.append(try intent("cloud_server.a", .createThenDelete, deposed: "0badf00d"))
        #expect(try replaced.continued(from: next).state[address("cloud_server.a")]?.current?.attributes == #"{"id":"3"}"#)
        #expect(try replaced.continued(from: next).state[address("cloud_server.a")]?.deposed["0badf00d"]?.attributes.contains("1") == true)
        next.serial += 1
        #expect(throws: JournalError.self) { try log.continued(from: next) }
        #expect(throws: JournalError.self) { try log.continued(from: nil) }
        var other = base
        other.lineage = "other"
        #expect(throws: JournalError.self) { try log.continued(from: other) }
    }

    @Test("a journal's file is private, complete after every entry, and never made over another")
    func file() async throws {
        try await Fixture.with { fixture in
            let path = fixture.directory + "/journal"
            let plan = Plan(priorState: try log.base, timestamp: "")
            let journal = try await FileJournal.create(at: path, for: plan, by: engine)
            #expect(try await FileJournal.read(path)?.base.lineage == "l")
            for (index, entry) in try entries.enumerated() {
                try await journal.append(entry)
                #expect(try await FileJournal.read(path)?.entries.count == index + 1)
            }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory) == ["journal"])
            await #expect(throws: JournalError.self) { _ = try await FileJournal.create(at: path, for: plan, by: engine) }
            try FileJournal.remove(path)
            #expect(try await FileJournal.read(path) == nil)
        }
    }

    @Test("many entries at once are stored in few blobs, each before its append returns")
    func checkpoints() async throws {
        let stored = Blobs()
        let journal = try CheckpointJournal(for: Plan(priorState: try log.base, timestamp: ""), by: engine) { bytes in
            try await Task.sleep(for: .milliseconds(5))  // a store that takes its time
            stored.add(bytes)
        }
        let addresses = try (0..<50).map { try address("cloud_server.s[\($0)]") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for address in addresses {
                let entry = JournalEntry.settled(
                    address: address, deposed: nil, provider: provider, object: ObjectState(attributes: "{}"))
                group.addTask {
                    try await journal.append(entry)
                    let known = try JournalLog.decoded(stored.last).state
                    #expect(known[address] != nil)
                }
            }
            try await group.waitForAll()
        }
        #expect(stored.count < addresses.count)
    }

    @Test("a blob that could not be stored is an error of those who waited for it")
    func checkpointFailure() async throws {
        let journal = try CheckpointJournal(for: Plan(priorState: try log.base, timestamp: ""), by: engine) { _ in
            throw TestFailure("no room")
        }
        let entry = try entries[0]
        await #expect(throws: TestFailure.self) { try await journal.append(entry) }
    }
}

/// What was stored, one after another.
private final class Blobs: Sendable {
    private let blobs = Mutex<[[UInt8]]>([])

    func add(_ blob: [UInt8]) { blobs.withLock { $0.append(blob) } }
    var count: Int { blobs.withLock(\.count) }
    var last: [UInt8] { blobs.withLock { $0.last ?? [] } }
}
