import Glibc

/// What a program says to whoever started it.
package enum Console {
    /// A line on standard output.
    package static func say(_ text: String) { put(text + "\n", on: 1) }
    /// A line on standard error.
    package static func complain(_ text: String) { put(text + "\n", on: 2) }

    package static func put(_ text: String, on descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Whoever reads is gone.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
