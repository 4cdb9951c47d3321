import CShims
import Glibc
import PluginLoading

/// A program that is run to be measured as a whole process; what it prints goes nowhere.
struct ProgramRun {
    var program: String
    var arguments: [String]
    var directory: String
    /// A file for its standard input.
    var input: String?

    /// What one run took.
    struct Usage {
        /// Nanoseconds.
        var time: Double
        /// Nanoseconds of all its threads: what a busy machine changes least.
        var processorTime: Double
        /// What of its memory was in use at most. Never less than this process had when it started the program: that is how
        /// Linux counts. So measure while this process is small.
        var peakBytes: Int
    }

    func run() throws -> Usage {
        let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        // Terraform's own settings could send it to mirrors, or let it keep a log.
        let settings = ["PATH=\(Self.path)", "HOME=\(directory)", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"]
        let variables: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        let standardInput = input.map { cshims_open_read($0) } ?? -1
        defer { if standardInput >= 0 { close(standardInput) } }
        let start = ContinuousClock.now
        let process = cshims_spawn_command(program, words, variables, directory, standardInput, -1, -1)
        guard process > 0 else { throw PluginError.system("cannot start \(program)", -process) }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw PluginError.system("cannot wait for \(program)", errno) }
        }
        let time = (ContinuousClock.now - start).nanoseconds
        guard status == 0 else {
            throw PluginError(.system, "\(program) \(arguments.joined(separator: " ")) in \(directory) ended with \(status)")
        }
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Usage(
            time: time, processorTime: Double(seconds) * 1e9 + Double(microseconds) * 1e3, peakBytes: usage.ru_maxrss << 10)
    }

    /// Where a program of the name is that can be run.
    static func find(_ name: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static var path: String { getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin" }
}

/// Runs two programs in turn.
///
/// - Returns: the medians of each.
func paired(rounds: Int, _ first: ProgramRun, _ second: ProgramRun) throws -> (ProgramRun.Usage, ProgramRun.Usage) {
    var usages: ([ProgramRun.Usage], [ProgramRun.Usage]) = ([], [])
    for round in 0...rounds {
        let (a, b) = (try first.run(), try second.run())
        // The first fills the caches of the system.
        guard round > 0 else { continue }
        usages.0.append(a)
        usages.1.append(b)
    }
    func middle(_ usages: [ProgramRun.Usage]) -> ProgramRun.Usage {
        .init(
            time: median(usages.map(\.time)), processorTime: median(usages.map(\.processorTime)),
            peakBytes: Int(median(usages.map { Double($0.peakBytes) })))
    }
    return (middle(usages.0), middle(usages.1))
}
