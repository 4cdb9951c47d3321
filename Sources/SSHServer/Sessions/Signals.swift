import Glibc

/// Signals by the names of RFC 4254, section 6.10, which have no `SIG`.
enum Signals {
    private static let numbers: [String: Int32] = [
        "ABRT": SIGABRT, "ALRM": SIGALRM, "FPE": SIGFPE, "HUP": SIGHUP, "ILL": SIGILL, "INT": SIGINT, "KILL": SIGKILL, "PIPE": SIGPIPE,
        "QUIT": SIGQUIT, "SEGV": SIGSEGV, "TERM": SIGTERM, "USR1": SIGUSR1, "USR2": SIGUSR2, "WINCH": SIGWINCH,
    ]

    static func number(_ name: String) -> Int32? { numbers[name] }

    /// A name of one's own has an address.
    static func name(_ number: Int32) -> String { numbers.first { $0.value == number }?.key ?? "SIG\(number)@berth" }
}
