/// What one worker may use; nil: what the host itself may use.
package struct WorkerLimits: Sendable, Equatable {
    /// Address space, in bytes.
    package var memoryBytes: UInt64?
    package var openFiles: UInt64?
    package var cpuSeconds: UInt64?

    package init(memoryBytes: UInt64? = 8 << 30, openFiles: UInt64? = 4096, cpuSeconds: UInt64? = nil) {
        self.memoryBytes = memoryBytes
        self.openFiles = openFiles
        self.cpuSeconds = cpuSeconds
    }

    func encode(into writer: inout ByteWriter) {
        for limit in [memoryBytes, openFiles, cpuSeconds] { writer.write(limit) { $0.write($1) } }
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        func limit(_ reader: inout ByteReader) throws(WireError) -> UInt64? {
            try reader.readOptional { (reader) throws(WireError) in try reader.read() }
        }
        self.init(memoryBytes: try limit(&reader), openFiles: try limit(&reader), cpuSeconds: try limit(&reader))
    }
}
