import Glibc

/// The first bytes of a library, read before the dynamic linker sees it, so that a wrong one gets a clear error.
///
/// Source: System V ABI, chapter 4 ("ELF Header").
package enum ELFHeader {
    #if arch(x86_64)
        /// This machine, as manifests name it.
        package static let architecture = "x86_64"
        static let machine: UInt16 = 62
    #elseif arch(arm64)
        /// This machine, as manifests name it.
        package static let architecture = "aarch64"
        static let machine: UInt16 = 183
    #endif

    static func name(ofMachine machine: UInt16) -> String {
        switch machine {
        case 3: "i386"
        case 40: "arm"
        case 62: "x86_64"
        case 183: "aarch64"
        case 243: "riscv64"
        default: "machine \(machine)"
        }
    }

    /// - Throws: ``PluginError`` with code `load` unless the file is a shared library for this machine.
    static func check(_ descriptor: Int32, sizeBytes: Int, path: String) throws(PluginError) {
        var header = [UInt8](repeating: 0, count: 20)
        guard pread(descriptor, &header, 20, 0) == 20, header[0...3] == [0x7F, 0x45, 0x4C, 0x46] else {
            throw PluginError(.load, "\(path) is not an ELF library")
        }
        guard header[4] == 2, header[5] == 1 else {
            throw PluginError(.load, "\(path) is not a 64-bit little-endian library; this host is \(architecture)")
        }
        let type = UInt16(header[16]) | UInt16(header[17]) << 8
        let found = UInt16(header[18]) | UInt16(header[19]) << 8
        guard found == machine else {
            throw PluginError(.load, "\(path) is built for \(name(ofMachine: found)); this host is \(architecture)")
        }
        guard type == 3 else { throw PluginError(.load, "\(path) is not a shared library (ELF type \(type))") }
        guard isComplete(descriptor, sizeBytes: UInt64(sizeBytes)) else {
            throw PluginError(.load, "\(path) is cut short; it has \(sizeBytes) bytes")
        }
    }

    /// Whether everything that is mapped lies within the file. The linker does not look, and ends the process when it reads there.
    private static func isComplete(_ descriptor: Int32, sizeBytes: UInt64) -> Bool {
        guard let header = read(descriptor, count: 64, at: 0) else { return false }
        let offset = header.number(at: 32, as: UInt64.self)
        let size = header.number(at: 54, as: UInt16.self)
        guard size == 56, offset <= sizeBytes else { return false }
        for index in 0..<UInt64(header.number(at: 56, as: UInt16.self)) {
            guard let program = read(descriptor, count: 56, at: offset + index * 56) else { return false }
            let isMapped = program.number(at: 0, as: UInt32.self) == 1
            let (end, overflow) = program.number(at: 8, as: UInt64.self).addingReportingOverflow(program.number(at: 32, as: UInt64.self))
            if isMapped, overflow || end > sizeBytes { return false }
        }
        return true
    }

    private static func read(_ descriptor: Int32, count: Int, at offset: UInt64) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }
}

extension [UInt8] {
    fileprivate func number<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T {
        withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }
}
