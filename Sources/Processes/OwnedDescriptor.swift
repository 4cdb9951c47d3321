import Glibc
import Synchronization

/// A descriptor that is closed with the last who knows it, or before.
package final class OwnedDescriptor: Sendable {
    private let number: Mutex<Int32>

    package init(_ number: Int32) { self.number = Mutex(number) }

    deinit { close() }

    /// -1 once it is closed.
    var descriptor: Int32 { number.withLock(\.self) }

    package func close() {
        let open = number.withLock { number in
            defer { number = -1 }
            return number
        }
        if open >= 0 { _ = Glibc.close(open) }
    }
}
