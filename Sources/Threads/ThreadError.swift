import Glibc

/// The system has no thread to give.
package struct ThreadError: Error, Hashable, CustomStringConvertible {
    package var errorNumber: Int32
    package var description: String { "cannot start a thread: \(String(cString: strerror(errorNumber)))" }
}
