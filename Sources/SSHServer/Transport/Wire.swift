import NIOCore

/// The data types of RFC 4251, section 5: what does not fit is an error, never a trap.
extension ByteBuffer {
    mutating func takeByte() throws(SSHError) -> UInt8 {
        guard let value: UInt8 = readInteger() else { throw .violation("a packet ends where a byte is due") }
        return value
    }

    mutating func takeBool() throws(SSHError) -> Bool { try takeByte() != 0 }

    mutating func takeUInt32() throws(SSHError) -> UInt32 {
        guard let value: UInt32 = readInteger() else { throw .violation("a packet ends where a number is due") }
        return value
    }

    mutating func takeUInt64() throws(SSHError) -> UInt64 {
        guard let value: UInt64 = readInteger() else { throw .violation("a packet ends where a number is due") }
        return value
    }

    /// A string, which shares the memory of the packet.
    mutating func takeString() throws(SSHError) -> ByteBuffer {
        let count = try takeUInt32()
        guard count <= UInt32(readableBytes), let value = readSlice(length: Int(count)) else {
            throw .violation("a string is longer than its packet")
        }
        return value
    }

    mutating func takeBytes() throws(SSHError) -> [UInt8] { Array(try takeString().readableBytesView) }

    /// A string that people or programs read; it holds no NUL, which would end it early where C reads it.
    mutating func takeText() throws(SSHError) -> String {
        let bytes = try takeString()
        guard !bytes.readableBytesView.contains(0) else { throw .violation("a name contains a NUL character") }
        return String(buffer: bytes)
    }

    mutating func takeNames() throws(SSHError) -> [String] {
        try takeText().split(separator: ",", omittingEmptySubsequences: true).map(String.init)
    }

    func expectEnd(of what: String) throws(SSHError) {
        guard readableBytes == 0 else { throw .violation("\(what) is longer than it may be") }
    }

    mutating func put(_ bytes: some Collection<UInt8>) {
        writeInteger(UInt32(bytes.count))
        writeBytes(bytes)
    }

    mutating func put(_ text: String) { put(text.utf8) }

    mutating func put(_ bytes: ByteBuffer) {
        writeInteger(UInt32(bytes.readableBytes))
        writeImmutableBuffer(bytes)
    }

    mutating func put(_ value: Bool) { writeInteger(UInt8(value ? 1 : 0)) }

    /// A number that is not negative, from its bytes, the highest first.
    mutating func putNumber(_ bytes: some Collection<UInt8>) {
        let digits = bytes.drop { $0 == 0 }
        let sign = (digits.first ?? 0) >= 0x80
        writeInteger(UInt32(digits.count + (sign ? 1 : 0)))
        if sign { writeInteger(UInt8(0)) }
        writeBytes(digits)
    }

    /// A packet's contents that begin with its number.
    static func message(_ number: UInt8, capacity: Int = 64) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
        buffer.writeInteger(number)
        return buffer
    }
}
