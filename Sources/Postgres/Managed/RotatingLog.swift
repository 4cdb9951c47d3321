import Glibc

/// A log file that is moved aside when it is large: `NAME.1` is the one before, and so on.
struct RotatingLog {
    let path: String
    private var file: Int32 = -1
    private var size = 0
    /// The end of what was written, for messages.
    private(set) var tail: [UInt8] = []

    static let sizeMax = 8 << 20
    static let oldCountMax = 3
    private static let tailSizeMax = 4096

    init(_ path: String) { self.path = path }

    /// Appends. What cannot be written, for the disk is full, is dropped: the database is what matters.
    mutating func write(_ bytes: ArraySlice<UInt8>) {
        tail += bytes
        tail.removeFirst(max(0, tail.count - Self.tailSizeMax))
        if file >= 0, size + bytes.count > Self.sizeMax { rotate() }
        if file < 0 { openFile() }
        guard file >= 0 else { return }
        size += max(0, bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) })
    }

    mutating func closeFile() {
        if file >= 0 { close(file) }
        file = -1
    }

    private mutating func openFile() {
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        size = file < 0 ? 0 : max(0, Int(lseek(file, 0, SEEK_END)))
    }

    private mutating func rotate() {
        closeFile()
        for number in stride(from: Self.oldCountMax, through: 1, by: -1) {
            rename(number == 1 ? path : "\(path).\(number - 1)", "\(path).\(number)")
        }
    }

    /// The last lines, as one.
    var lastLines: String {
        String(decoding: tail, as: UTF8.self).split(separator: "\n").suffix(4).joined(separator: " / ")
    }
}
