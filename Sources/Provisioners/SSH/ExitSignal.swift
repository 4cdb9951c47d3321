import CSSH
import Glibc

/// The signal that ended a command of a channel, which libssh tells by a callback only.
struct ExitSignal {
    private static let nameSizeMax = 32
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private let text: UnsafeMutablePointer<CChar>

    init(_ channel: ssh_channel) {
        text = .allocate(capacity: Self.nameSizeMax)
        text.initialize(repeating: 0, count: Self.nameSizeMax)
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = UnsafeMutableRawPointer(text)
        callbacks.pointee.channel_exit_signal_function = { _, _, signal, _, _, _, context in
            guard let signal, let context else { return }
            strncpy(context.assumingMemoryBound(to: CChar.self), signal, ExitSignal.nameSizeMax - 1)
        }
        ssh_set_channel_callbacks(channel, callbacks)
    }

    /// Nil if there was none.
    var name: String? { text[0] == 0 ? nil : String(cString: text) }

    /// To be called once the channel is gone.
    func free() {
        callbacks.deallocate()
        text.deallocate()
    }
}
