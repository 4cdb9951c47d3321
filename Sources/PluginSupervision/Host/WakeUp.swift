import CShims
import Glibc
import PluginLoading

/// A descriptor that any thread can make readable, to wake the one that polls it.
final class WakeUp: Sendable {
    let descriptor: Int32

    /// - Throws: ``PluginError`` with code `system` if no descriptor can be had.
    init() throws(PluginError) {
        descriptor = cshims_eventfd()
        guard descriptor >= 0 else { throw .system("cannot make an eventfd", -descriptor) }
    }

    deinit { close(descriptor) }

    func raise() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)  // fails only if it is raised already, 2^64 times
    }

    func lower() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)  // fails only if it is not raised
    }
}
