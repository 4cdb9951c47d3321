import CZlib
import HCL

/// Reads zip: what its directory, at the end, lists.
enum ZipReader {
    static func read(_ bytes: [UInt8], _ limits: TemplateArchive.Limits) throws(TemplateArchiveError) -> TemplateArchiveBuilder {
        var builder = TemplateArchiveBuilder(limits)
        let damaged = TemplateArchiveError("the zip is damaged, or cut off")
        let zip = LittleEndian(bytes)
        guard let end = directoryEnd(bytes), let count = zip.u16(end + 10), var offset = zip.u32(end + 16) else { throw damaged }
        guard count != 0xFFFF, offset != 0xFFFF_FFFF else { throw TemplateArchiveError("it is a zip64, which is not supported") }
        for _ in 0..<count {
            guard zip.u32(offset) == 0x0201_4B50, let flags = zip.u16(offset + 8), let method = zip.u16(offset + 10),
                let checksum = zip.u32(offset + 16), let packedSize = zip.u32(offset + 20), let size = zip.u32(offset + 24),
                let nameSize = zip.u16(offset + 28), let extraSize = zip.u16(offset + 30), let commentSize = zip.u16(offset + 32),
                let attributes = zip.u32(offset + 38), let local = zip.u32(offset + 42), let madeBy = zip.u16(offset + 4),
                let nameBytes = zip.slice(offset + 46, nameSize)
            else { throw damaged }
            offset += 46 + nameSize + extraSize + commentSize
            let path = try TarHeader.text(nameBytes)
            guard !nameBytes.contains(0) else { throw TemplateArchiveError("its path has control characters", entry: path) }
            let mode = madeBy >> 8 == 3 ? attributes >> 16 : 0
            if path.hasSuffix("/") {
                try builder.add(path, .directory)
                continue
            }
            guard flags & 1 == 0 else { throw TemplateArchiveError("it is encrypted", entry: path) }
            try builder.checkRoom(for: size, path)
            guard zip.u32(local) == 0x0403_4B50, let localName = zip.u16(local + 26), let localExtra = zip.u16(local + 28),
                let packed = zip.slice(local + 30 + localName + localExtra, packedSize)
            else { throw TemplateArchiveError("the zip is damaged in it", entry: path) }
            let content = try unpack(packed, method: method, size: size, path)
            guard crc32(0, content, UInt32(content.count)) == UInt(checksum) else {
                throw TemplateArchiveError("its checksum is wrong", entry: path)
            }
            switch mode & 0o170000 {
            case 0, 0o100000: try builder.add(path, .file(content, isExecutable: mode & 0o111 != 0))
            case 0o040000: try builder.add(path, .directory)
            case 0o120000: try builder.add(path, .link(TarHeader.text(content[...])))
            default: throw TemplateArchiveError("it is a device, or something else that is no file", entry: path)
            }
        }
        return builder
    }

    private static func unpack(
        _ packed: ArraySlice<UInt8>, method: Int, size: Int, _ path: String
    ) throws(TemplateArchiveError) -> [UInt8] {
        do throws(TemplateArchiveError) {
            switch method {
            case 0:
                guard packed.count == size else { throw TemplateArchiveError("it is not of the size that is said of it") }
                return Array(packed)
            case 8: return try Inflation.inflateRaw(packed, size: size)
            default: throw TemplateArchiveError("it is packed by method \(method), which is not supported")
            }
        } catch { throw TemplateArchiveError(error.problem, entry: path) }
    }

    /// Where the record is that ends the directory: as near to the end as a comment allows.
    private static func directoryEnd(_ bytes: [UInt8]) -> Int? {
        let zip = LittleEndian(bytes)
        guard bytes.count >= 22 else { return nil }
        return (max(0, bytes.count - 22 - 0xFFFF)...(bytes.count - 22)).reversed().first { zip.u32($0) == 0x0605_4B50 }
    }
}

/// Numbers in bytes, where they are.
private struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
        offset >= 0 && count >= 0 && offset <= bytes.count && count <= bytes.count - offset ? bytes[offset..<(offset + count)] : nil
    }

    func u16(_ offset: Int) -> Int? { slice(offset, 2)?.reversed().reduce(0) { $0 << 8 | Int($1) } }
    func u32(_ offset: Int) -> Int? { slice(offset, 4)?.reversed().reduce(0) { $0 << 8 | Int($1) } }
}
