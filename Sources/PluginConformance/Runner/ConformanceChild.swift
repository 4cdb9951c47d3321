import CShims
import Glibc
import JSON
import PluginLoading

/// The process in which one test runs one plugin.
///
/// It is started by ``ConformanceRunner`` and writes lines of JSON to descriptor 3: what it is about to do, and as
/// the last one its result.
package enum ConformanceChild {
    /// What leads to ``main(arguments:)`` on Berth's own command line.
    package static let command = ["plugin", "check-one"]

    /// Runs one test and ends the process. Returns only if the arguments make no sense.
    ///
    /// - Parameter arguments: the arguments of the process, without its name; with or without ``command`` before them.
    package static func main(arguments: [String]) -> Int32 {
        var rest = arguments[...]
        if rest.starts(with: command) { rest = rest.dropFirst(command.count) }
        guard let parsed = ChildArguments(Array(rest)), let test = ConformanceSuite.test(parsed.test) else {
            let message = "usage: \(command.joined(separator: " ")) TEST --temporary DIR [--library FILE] [--manifest FILE]\n"
            FileStream.write(Array(message.utf8), to: 2)
            return 64
        }
        // Whoever started this process has it in hand; without him nobody would end it.
        _ = cshims_die_with_parent()
        // A crash is what many of these processes are for.
        _ = cshims_set_limit(Int32(CSHIMS_LIMIT_CORE), 0)
        if let phase = parsed.phase { RecoveryPhase.run(phase, arguments: parsed) }
        let line = result(of: test, arguments: parsed)
        FileStream.write(Array((line.serialized() + "\n").utf8), to: ChildProcess.resultDescriptor)
        // Not exit(): a thread of the plugin may still run, and its exit handlers are not what is tested.
        _exit(0)
    }

    private static func result(of test: ConformanceTest, arguments: ChildArguments) -> JSONValue {
        let session = arguments.session()
        let outcome = Result { try test.run(session) }
        switch outcome {
        case .success(let note):
            return ["result": "passed", "message": .string(note ?? "")]
        case .failure(ConformanceStop.failed(let message)):
            session.cleanUp()
            return ["result": "failed", "message": .string(message)]
        case .failure(ConformanceStop.skipped(let message)):
            return ["result": "skipped", "message": .string(message)]
        case .failure(ConformanceStop.warning(let message)):
            return ["result": "warning", "message": .string(message)]
        case .failure(let error):
            session.cleanUp()
            return ["result": "failed", "message": .string("\(error)")]
        }
    }
}

/// The command line of a ``ConformanceChild``.
struct ChildArguments: Sendable {
    var test: String
    var subject = Subject(libraryPath: nil, manifestPath: nil)
    var sample = ConformanceOptions.Sample()
    var seed: UInt64 = 1
    var timeFactor: Double = 1
    var placesMax = ConformanceOptions().placesMax
    var temporary: String
    /// What starts such a process, for tests that need more of them.
    var command: [String] = ConformanceChild.command
    /// The part of a test that this process is for; nil: all of it.
    var phase: String?

    init(test: String, temporary: String) {
        self.test = test
        self.temporary = temporary
    }

    init?(_ arguments: [String]) {
        guard let test = arguments.first, arguments.count % 2 == 1 else { return nil }
        self.init(test: test, temporary: "")
        var libraryPath: String?
        var manifestPath: String?
        for index in stride(from: 1, to: arguments.count, by: 2) {
            let value = arguments[index + 1]
            switch arguments[index] {
            case "--library": libraryPath = value
            case "--manifest": manifestPath = value
            case "--configuration":
                guard let json = try? JSONValue(parsing: value) else { return nil }  // made by ourselves, or not at all
                sample.configuration = json
            case "--inputs":
                guard let json = try? JSONValue(parsing: value) else { return nil }  // likewise
                sample.inputs = json
            case "--source": sample.source = value
            case "--seed": seed = UInt64(value) ?? 1
            case "--time-factor": timeFactor = Double(value) ?? 1
            case "--places": placesMax = Int(value) ?? 1
            case "--temporary": temporary = value
            case "--command": command = value.split(separator: "\u{1F}").map(String.init)
            case "--phase": phase = value
            default: return nil
            }
        }
        guard !temporary.isEmpty else { return nil }
        subject = Subject(libraryPath: libraryPath, manifestPath: manifestPath)
    }

    /// The command line that says the same.
    var line: [String] {
        var line = command + [test, "--temporary", temporary, "--seed", "\(seed)", "--time-factor", "\(timeFactor)"]
        line += ["--places", "\(placesMax)", "--command", command.joined(separator: "\u{1F}")]
        if let path = subject.libraryPath { line += ["--library", path] }
        if let path = subject.manifestPath { line += ["--manifest", path] }
        if let json = sample.configuration { line += ["--configuration", json.serialized()] }
        if let json = sample.inputs { line += ["--inputs", json.serialized()] }
        if let source = sample.source { line += ["--source", source] }
        if let phase { line += ["--phase", phase] }
        return line
    }

    func session() -> ConformanceSession {
        ConformanceSession(
            subject: subject, options: sample, seed: seed, timeFactor: timeFactor, placesMax: placesMax, temporary: temporary,
            helper: ConformanceHelper(arguments: self)
        ) { what in
            let line: JSONValue = ["at": .string(what)]
            FileStream.write(Array((line.serialized() + "\n").utf8), to: ChildProcess.resultDescriptor)
        }
    }
}

/// Writing to descriptors.
enum FileStream {
    /// Writes all bytes, waiting where the descriptor does not.
    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var written = 0
        bytes.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                if count > 0 {
                    written += count
                } else if errno == EAGAIN {
                    usleep(1000)
                } else if errno != EINTR {
                    return  // nobody reads; there is nobody to tell
                }
            }
        }
    }
}
