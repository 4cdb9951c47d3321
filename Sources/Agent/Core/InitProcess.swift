import AgentMachine
import CShims
import Glibc

/// What an agent does that is a container's first process: it lets another do the work, and buries the dead.
package enum InitProcess {
    /// Runs the same program once more, hands on signals, and reaps every orphan, until that program ends.
    ///
    /// To be called before there are other threads.
    /// - Returns: its exit status.
    package static func run(_ arguments: [String]) -> Int32 {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2] { sigaddset(&signals, signal) }
        sigprocmask(SIG_BLOCK, &signals, nil)
        var words = arguments.map { strdup($0) } + [nil]
        let process = cshims_spawn_command(Executable.path, &words, environ, nil, -1, 1, 2)
        for word in words { free(word) }
        guard process > 0 else {
            Console.complain("berth-agent: cannot start itself once more: \(String(cString: strerror(-process)))")
            return 1
        }
        while true {
            var signal: Int32 = 0
            guard sigwait(&signals, &signal) == 0 else { continue }
            guard signal == SIGCHLD else {
                kill(process, signal)
                continue
            }
            var status: Int32 = 0
            // One signal may stand for many of them.
            while case let ended = waitpid(-1, &status, WNOHANG), ended > 0 {
                if ended == process { return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F }
            }
        }
    }
}
