import Glibc
import NIOCore

/// The terminal that a client has: RFC 4254, section 6.2.
struct TerminalRequest {
    /// The value of `TERM`.
    let type: String
    var size: TerminalSize
    private var modes: [(code: UInt8, value: UInt32)] = []

    init(_ packet: inout ByteBuffer) throws(SSHError) {
        type = try packet.takeText()
        size = try TerminalSize(&packet)
        var encoded = try packet.takeString()
        // What ends early is read as far as it goes; codes from 160 on have no known length.
        while modes.count < 256, let code: UInt8 = encoded.readInteger(), code != 0, code < 160, let value: UInt32 = encoded.readInteger() {
            modes.append((code, value))
        }
    }

    /// Makes a terminal behave as the client's does.
    func apply(to terminal: Int32) {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { return }
        for (code, value) in modes { Self.set(&settings, code, value) }
        // One that cannot be set so stays as it is.
        _ = tcsetattr(terminal, TCSANOW, &settings)
    }

    private static func set(_ settings: inout termios, _ code: UInt8, _ value: UInt32) {
        if let index = characters[code] {
            // 255 turns a character off.
            let character = value == 255 ? 0 : UInt8(truncatingIfNeeded: value)
            withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(index)] = character }
        } else if let flag = inputFlags[code] {
            settings.c_iflag.set(flag, value != 0)
        } else if let flag = localFlags[code] {
            settings.c_lflag.set(flag, value != 0)
        } else if let flag = outputFlags[code] {
            settings.c_oflag.set(flag, value != 0)
        } else if code == 90 || code == 91, value != 0 {
            settings.c_cflag.set(CSIZE, false)
            settings.c_cflag.set(code == 90 ? CS7 : CS8, true)
        } else if code == 92 || code == 93 {
            settings.c_cflag.set(code == 92 ? PARENB : PARODD, value != 0)
        }
    }

    // The codes of RFC 4254, section 8, and RFC 8160.
    private static let characters: [UInt8: Int32] = [
        1: VINTR, 2: VQUIT, 3: VERASE, 4: VKILL, 5: VEOF, 6: VEOL, 7: VEOL2, 8: VSTART, 9: VSTOP, 10: VSUSP, 12: VREPRINT,
        13: VWERASE, 14: VLNEXT, 18: VDISCARD,
    ]
    private static let inputFlags: [UInt8: Int32] = [
        30: IGNPAR, 31: PARMRK, 32: INPCK, 33: ISTRIP, 34: INLCR, 35: IGNCR, 36: ICRNL, 38: IXON, 39: IXANY, 40: IXOFF, 41: IMAXBEL,
        42: IUTF8,
    ]
    private static let localFlags: [UInt8: Int32] = [
        50: ISIG, 51: ICANON, 53: ECHO, 54: ECHOE, 55: ECHOK, 56: ECHONL, 57: NOFLSH, 58: TOSTOP, 59: IEXTEN, 60: ECHOCTL, 61: ECHOKE,
        62: PENDIN,
    ]
    private static let outputFlags: [UInt8: Int32] = [70: OPOST, 72: ONLCR, 73: OCRNL, 74: ONOCR, 75: ONLRET]
}

/// How many characters and pixels a terminal shows.
struct TerminalSize {
    let columns: UInt16
    let rows: UInt16
    let width: UInt16
    let height: UInt16

    init(_ packet: inout ByteBuffer) throws(SSHError) {
        columns = UInt16(clamping: try packet.takeUInt32())
        rows = UInt16(clamping: try packet.takeUInt32())
        width = UInt16(clamping: try packet.takeUInt32())
        height = UInt16(clamping: try packet.takeUInt32())
    }
}

extension tcflag_t {
    fileprivate mutating func set(_ flag: Int32, _ isOn: Bool) {
        if isOn { self |= tcflag_t(flag) } else { self &= ~tcflag_t(flag) }
    }
}
