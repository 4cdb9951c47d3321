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
    static func check(_ descriptor: Int32, path: String) throws(PluginError) {
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
    }
}
