import HCL

/// Reads tar in the forms that are about: the old one, ustar, pax, and GNU's long names.
enum TarReader {
    private static let blockSize = 512
    /// Of a long name, or of pax records.
    private static let extensionSizeMax = 1 << 20

    static func read(_ bytes: [UInt8], _ limits: TemplateArchive.Limits) throws(TemplateArchiveError) -> TemplateArchiveBuilder {
        var builder = TemplateArchiveBuilder(limits)
        var offset = 0
        // What headers say of the entry that follows.
        var next = PaxRecords()
        var headersLeft = limits.entriesMax * 3 + 16
        while true {
            guard offset + blockSize <= bytes.count else {
                throw TemplateArchiveError(offset == 0 ? "it is no tar, and no zip" : "the tar is cut off")
            }
            let block = bytes[offset..<(offset + blockSize)]
            if block.allSatisfy({ $0 == 0 }) { return builder }
            let header = try TarHeader(block, isFirst: offset == 0)
            offset += blockSize
            let path = next.path ?? header.path
            let size = next.size ?? header.size
            guard size >= 0, size <= bytes.count - offset else { throw TemplateArchiveError("the tar is cut off in it", entry: path) }
            headersLeft -= 1
            guard headersLeft > 0 else { throw TemplateArchiveError("there are more than \(limits.entriesMax) entries", entry: path) }
            let data = bytes[offset..<(offset + size)]
            offset = min(bytes.count, offset + (size + blockSize - 1) / blockSize * blockSize)
            switch header.kind {
            case "x", "g", "L", "K":
                guard size <= extensionSizeMax else { throw TemplateArchiveError("it has a header that is too long", entry: path) }
                try next.add(header.kind, data, path)
                continue
            case "0", "\0", "7":
                // In the oldest form a directory is a file with a slash at its end.
                if path.hasSuffix("/") {
                    try builder.add(path, .directory)
                } else {
                    try builder.checkRoom(for: size, path)
                    try builder.add(path, .file(Array(data), isExecutable: header.mode & 0o111 != 0))
                }
            case "5": try builder.add(path, .directory)
            case "2": try builder.add(path, .link(next.linkPath ?? header.linkPath))
            case "1":
                let target = next.linkPath ?? header.linkPath
                guard case .file(let content, let isExecutable) = try builder.content(target) else {
                    throw TemplateArchiveError("it is a hard link to \(target.goQuoted), which is no file before it", entry: path)
                }
                try builder.add(path, .file(content, isExecutable: isExecutable))
            case "3", "4": throw TemplateArchiveError("it is a device", entry: path)
            case "6": throw TemplateArchiveError("it is a named pipe", entry: path)
            case "S": throw TemplateArchiveError("it is a sparse file, which is not supported", entry: path)
            default: throw TemplateArchiveError("it is of the unknown kind \(String(header.kind).goQuoted)", entry: path)
            }
            next.forgetEntry()
        }
    }
}
