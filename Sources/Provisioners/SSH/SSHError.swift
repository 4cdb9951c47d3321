import Glibc

/// Why something over SSH did not work; never holds a password or a key.
struct SSHError: Error, CustomStringConvertible {
    var description: String
    /// Whether trying again cannot help: the configuration is at fault.
    var isFinal: Bool

    init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }

    /// What the system calls an error, in lower case as Terraform shows it.
    static func text(_ code: Int32) -> String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// What the system calls a signal, in lower case.
    static func text(of signal: Int32) -> String {
        guard let text = strsignal(signal) else { return "\(signal)" }
        let name = String(cString: text)
        return name.prefix(1).lowercased() + name.dropFirst()
    }
}
