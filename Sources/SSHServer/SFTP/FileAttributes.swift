import Glibc
import NIOCore

/// What is known about a file, or is to be changed: section 5 of the draft.
struct FileAttributes {
    var size: UInt64?
    var owner: (user: UInt32, group: UInt32)?
    var permissions: UInt32?
    var times: (access: UInt32, modification: UInt32)?

    private static let sizeFlag: UInt32 = 1
    private static let ownerFlag: UInt32 = 2
    private static let permissionsFlag: UInt32 = 4
    private static let timesFlag: UInt32 = 8
    private static let extendedFlag: UInt32 = 0x8000_0000

    init(_ status: stat) {
        size = UInt64(max(0, status.st_size))
        owner = (status.st_uid, status.st_gid)
        permissions = status.st_mode
        times = (UInt32(clamping: status.st_atim.tv_sec), UInt32(clamping: status.st_mtim.tv_sec))
    }

    init(_ packet: inout ByteBuffer) throws {
        let flags = try packet.takeUInt32()
        if flags & Self.sizeFlag != 0 { size = try packet.takeUInt64() }
        if flags & Self.ownerFlag != 0 { owner = (try packet.takeUInt32(), try packet.takeUInt32()) }
        if flags & Self.permissionsFlag != 0 { permissions = try packet.takeUInt32() & 0o7777 }
        if flags & Self.timesFlag != 0 { times = (try packet.takeUInt32(), try packet.takeUInt32()) }
        guard flags & Self.extendedFlag != 0 else { return }
        for _ in 0..<(try packet.takeUInt32()) { _ = (try packet.takeString(), try packet.takeString()) }
    }

    func write(to buffer: inout ByteBuffer) {
        let flags =
            (size == nil ? 0 : Self.sizeFlag) | (owner == nil ? 0 : Self.ownerFlag) | (permissions == nil ? 0 : Self.permissionsFlag)
            | (times == nil ? 0 : Self.timesFlag)
        buffer.writeInteger(flags)
        if let size { buffer.writeInteger(size) }
        if let owner { buffer.writeMultipleIntegers(owner.user, owner.group) }
        if let permissions { buffer.writeInteger(permissions) }
        if let times { buffer.writeMultipleIntegers(times.access, times.modification) }
    }

    /// The times as calls take them.
    var timeSpecs: [timespec]? {
        times.map { [timespec(tv_sec: Int($0.access), tv_nsec: 0), timespec(tv_sec: Int($0.modification), tv_nsec: 0)] }
    }

    /// A line as `ls -ln` has it, which clients show to people.
    static func line(_ name: [UInt8], _ status: stat) -> [UInt8] {
        let kind =
            switch status.st_mode & S_IFMT {
            case S_IFDIR: "d"
            case S_IFLNK: "l"
            case S_IFCHR: "c"
            case S_IFBLK: "b"
            case S_IFIFO: "p"
            case S_IFSOCK: "s"
            default: "-"
            }
        let letters = Array("rwxrwxrwx")
        let bits = String((0..<9).map { status.st_mode & (0o400 >> UInt32($0)) != 0 ? letters[$0] : "-" })
        func padded(_ number: some BinaryInteger, _ width: Int) -> String {
            let text = "\(number)"
            return String(repeating: " ", count: max(0, width - text.count)) + text
        }
        var (seconds, parts) = (status.st_mtim.tv_sec, tm())
        localtime_r(&seconds, &parts)
        var date = [CChar](repeating: 0, count: 32)
        // Old files show their year in place of the time, as people are used to.
        let isOld = abs(time(nil) - seconds) > 182 * 86400
        _ = strftime(&date, date.count, isOld ? "%b %e  %Y" : "%b %e %H:%M", &parts)
        let when = String(decoding: date.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let head =
            "\(kind)\(bits) \(padded(status.st_nlink, 4)) \(padded(status.st_uid, 8)) \(padded(status.st_gid, 8)) "
            + "\(padded(status.st_size, 12)) \(when) "
        return Array(head.utf8) + name
    }
}
