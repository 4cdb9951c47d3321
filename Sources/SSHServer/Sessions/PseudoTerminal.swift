import CShims
import Glibc

/// Our side of a terminal; programs are on the other.
final class PseudoTerminal {
    let descriptor: Int32
    /// What the programs' side is called.
    let path: String

    init() throws(SSHError) {
        var name = [CChar](repeating: 0, count: 256)
        descriptor = cshims_open_terminal(&name, name.count)
        guard descriptor >= 0 else {
            throw SSHError(
                .byApplication, "cannot make a terminal: \(String(cString: strerror(-descriptor))); is /dev/pts mounted here?")
        }
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { close(descriptor) }

    func resize(_ size: TerminalSize) {
        // Fails only if the terminal is gone.
        _ = cshims_resize_terminal(descriptor, size.columns, size.rows, size.width, size.height)
    }

    /// Whether everything written to it has been read, by a program that left it open: what its other side closed says so itself.
    var isDrained: Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 0
    }
}
