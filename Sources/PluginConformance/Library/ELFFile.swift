import Glibc
import PluginLoading

/// What a shared library says of itself, read from its bytes without trusting them.
///
/// Only what the dynamic linker itself uses is read (program headers and the dynamic section), so that stripped
/// libraries are read like others. Source: System V ABI, chapters 4 and 5; the GNU hash table as glibc reads it.
struct ELFFile {
    /// A dynamic symbol.
    struct Symbol: Equatable {
        var name: String
        var isDefined: Bool
        /// Visible to other libraries.
        var isExported: Bool
    }

    struct Malformed: Error {
        var message: String
    }

    private let bytes: [UInt8]
    let machine: UInt16
    let type: UInt16
    private var segments: [(virtual: UInt64, offset: UInt64, size: UInt64)] = []
    private var dynamic: [(tag: UInt64, value: UInt64)] = []

    /// More symbols than this are refused.
    private static let symbolsMax = 4_000_000

    init(path: String) throws {
        try self.init(bytes: readFile(path, limit: 512 << 20))
    }

    init(bytes: [UInt8]) throws {
        self.bytes = bytes
        guard bytes.count >= 64, bytes[0...3] == [0x7F, 0x45, 0x4C, 0x46] else { throw Malformed(message: "it is not an ELF file") }
        guard bytes[4] == 2, bytes[5] == 1 else { throw Malformed(message: "it is not 64-bit little-endian") }
        type = UInt16(bytes[16]) | UInt16(bytes[17]) << 8
        machine = UInt16(bytes[18]) | UInt16(bytes[19]) << 8
        let headers = try number(32, 8)
        let entrySize = try number(54, 2)
        let count = try number(56, 2)
        guard entrySize >= 56 || count == 0 else { throw Malformed(message: "its program headers have \(entrySize) bytes each") }
        var dynamicRange: (offset: UInt64, size: UInt64)?
        for index in 0..<count {
            let start = try add(headers, index * entrySize)
            let offset = try number(add(start, 8), 8)
            let size = try number(add(start, 32), 8)
            switch try number(start, 4) {
            case 1: segments.append((try number(add(start, 16), 8), offset, size))
            case 2: dynamicRange = (offset, size)
            default: continue
            }
        }
        guard let dynamicRange else { throw Malformed(message: "it has no dynamic section") }
        var offset = dynamicRange.offset
        let end = try add(offset, dynamicRange.size)
        while try add(offset, 16) <= end {
            let tag = try number(offset, 8)
            if tag == 0 { break }
            dynamic.append((tag, try number(offset + 8, 8)))
            offset += 16
        }
    }

    /// The dynamic symbols, without the empty first one.
    func symbols() throws -> [Symbol] {
        guard let table = value(6), let names = value(5), let namesSize = value(10) else {
            throw Malformed(message: "it has no dynamic symbol table")
        }
        let tableOffset = try fileOffset(table)
        let namesOffset = try fileOffset(names)
        let count = try symbolCount()
        guard count <= Self.symbolsMax else { throw Malformed(message: "it claims \(count) dynamic symbols") }
        var symbols: [Symbol] = []
        for index in 1..<max(1, count) {
            let start = try add(tableOffset, UInt64(index) * 24)
            let nameOffset = try number(start, 4)
            let info = try number(add(start, 4), 1)
            let other = try number(add(start, 5), 1)
            let section = try number(add(start, 6), 2)
            guard nameOffset < namesSize else { throw Malformed(message: "symbol \(index) has its name outside of the string table") }
            let name = try text(add(namesOffset, nameOffset), limit: namesSize - nameOffset)
            let isGlobal = [1, 2, 10].contains(info >> 4)
            let isVisible = other & 3 == 0 || other & 3 == 3
            symbols.append(Symbol(name: name, isDefined: section != 0, isExported: section != 0 && isGlobal && isVisible))
        }
        return symbols
    }

    private func value(_ tag: UInt64) -> UInt64? {
        dynamic.first { $0.tag == tag }?.value
    }

    private func symbolCount() throws -> Int {
        if let hash = value(4) { return Int(try number(add(fileOffset(hash), 4), 4)) }
        guard let hash = value(0x6FFF_FEF5) else { throw Malformed(message: "it has no symbol hash table") }
        let start = try fileOffset(hash)
        let bucketCount = try number(start, 4)
        let firstHashed = try number(add(start, 4), 4)
        let bloomCount = try number(add(start, 8), 4)
        let buckets = try add(start, 16 + bloomCount * 8)
        let chains = try add(buckets, bucketCount * 4)
        var last: UInt64 = 0
        for index in 0..<bucketCount { last = max(last, try number(add(buckets, index * 4), 4)) }
        guard last >= firstHashed else { return Int(firstHashed) }
        // The lowest bit marks the end of a chain.
        while try number(add(chains, (last - firstHashed) * 4), 4) & 1 == 0 { last += 1 }
        return Int(last) + 1
    }

    private func fileOffset(_ address: UInt64) throws -> UInt64 {
        for segment in segments where address >= segment.virtual && address - segment.virtual < segment.size {
            return try add(segment.offset, address - segment.virtual)
        }
        throw Malformed(message: "address \(address) of its dynamic section lies in no segment")
    }

    private func add(_ left: UInt64, _ right: UInt64) throws -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw Malformed(message: "it holds an offset that overflows") }
        return sum
    }

    private func number(_ offset: UInt64, _ size: Int) throws -> UInt64 {
        guard offset <= UInt64(bytes.count), UInt64(bytes.count) - offset >= UInt64(size) else {
            throw Malformed(message: "it ends before byte \(offset), which it refers to")
        }
        return (0..<size).reduce(0) { $0 | UInt64(bytes[Int(offset) + $1]) << UInt64(8 * $1) }
    }

    private func text(_ offset: UInt64, limit: UInt64) throws -> String {
        var end = offset
        while end - offset < limit, try number(end, 1) != 0 { end += 1 }
        return String(decoding: bytes[Int(offset)..<Int(end)], as: UTF8.self)
    }
}
