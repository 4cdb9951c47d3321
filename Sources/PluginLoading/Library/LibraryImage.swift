import CCrypto
import CShims
import Glibc

/// The bytes of a library, frozen: what was hashed is what will be loaded.
///
/// The file is opened once and copied into a sealed memory file while it is hashed. Nothing that happens to
/// the file afterwards, in place or by replacement, reaches a process that loads the image. A worker inherits
/// the descriptor, so that a library is hashed once, however many workers load it.
package final class LibraryImage: Sendable {
    /// Larger libraries are refused.
    package static let sizeMaxBytes = 1 << 30

    package let path: String
    /// Lower-case hexadecimal.
    package let sha256: String
    package let sizeBytes: Int
    /// A sealed memory file, open as long as this object lives.
    package let descriptor: Int32

    /// - Throws: ``PluginError`` with code `load` if the file cannot be read or is no library for this machine.
    package init(path: String) throws(PluginError) {
        let source: Int32
        do throws(PluginError) { source = try openRegularFile(path) } catch { throw PluginError(.load, error.message) }
        defer { close(source) }
        var status = stat()
        guard fstat(source, &status) == 0 else { throw .system("cannot look at \(path)", errno) }
        guard status.st_size <= Self.sizeMaxBytes else {
            throw PluginError(.load, "\(path) has \(status.st_size) bytes, more than \(Self.sizeMaxBytes)")
        }
        guard status.st_mode & S_IWOTH == 0 else {
            throw PluginError(.load, "\(path) can be written by everybody; run: chmod o-w '\(path)'")
        }
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0)! } ?? path
        let memory = cshims_memfd(String(name.prefix(200)))
        guard memory >= 0 else { throw .system("cannot make a memory file for \(path)", -memory) }
        do throws(PluginError) {
            (sha256, sizeBytes) = try Self.copy(from: source, to: memory, path: path)
            let sealed = cshims_memfd_seal(memory)
            guard sealed >= 0 else { throw .system("cannot seal the copy of \(path)", -sealed) }
            try ELFHeader.check(memory, sizeBytes: sizeBytes, path: path)
        } catch {
            close(memory)
            throw error
        }
        self.path = path
        descriptor = memory
    }

    deinit {
        close(descriptor)
    }

    private static func copy(from source: Int32, to memory: Int32, path: String) throws(PluginError) -> (String, Int) {
        guard let context = EVP_MD_CTX_new() else { throw PluginError(.system, "out of memory") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw PluginError(.system, "SHA-256 is not available") }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while true {
            let count = Glibc.read(source, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("cannot read \(path)", errno) }
            if count == 0 { break }
            total += count
            guard total <= sizeMaxBytes else { throw PluginError(.load, "\(path) grew past \(sizeMaxBytes) bytes") }
            EVP_DigestUpdate(context, buffer.baseAddress, count)
            var written = 0
            while written < count {
                let step = Glibc.write(memory, buffer.baseAddress! + written, count - written)
                if step < 0 && errno == EINTR { continue }
                guard step > 0 else { throw .system("cannot copy \(path) to memory", errno) }
                written += step
            }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return (hexadecimal(digest), total)
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension LibraryImage {
    /// Whether this is the library that the manifest describes.
    ///
    /// - Throws: ``PluginError`` with code `mismatch` that shows both hashes.
    package func check(against manifest: PluginManifest) throws(PluginError) {
        guard sha256 == manifest.sha256 else {
            throw PluginError(
                .mismatch,
                "\(path) was altered: its SHA-256 is \(sha256), the manifest says \(manifest.sha256); install the plugin again",
                plugin: manifest.id)
        }
    }
}
