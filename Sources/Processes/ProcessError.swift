import Glibc

/// Why a process, or a thread, could not be started or talked to.
package struct ProcessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried: `cannot start "git"`.
    package var action: String
    /// As `errno`.
    package var code: Int32

    package init(action: String, code: Int32) {
        self.action = action
        self.code = code
    }

    package var description: String { "\(action): \(String(cString: strerror(code)))" }
}
