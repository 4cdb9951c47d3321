import Glibc
import NIOCore

/// What a client has open.
struct FileHandles {
    enum Handle {
        case file(Int32)
        case directory(OpaquePointer, FilePath)
    }

    private var handles: [UInt32: Handle] = [:]
    private var next: UInt32 = 0
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    /// To be asked before something is opened.
    func checkRoom() throws(FileError) {
        guard handles.count < countMax else { throw FileError(.failure, "at most \(countMax) files can be open at once") }
    }

    mutating func add(_ handle: Handle) -> UInt32 {
        while handles[next] != nil { next &+= 1 }
        defer { next &+= 1 }
        handles[next] = handle
        return next
    }

    private static func id(_ packet: inout ByteBuffer) throws -> UInt32 {
        var text = try packet.takeString()
        guard text.readableBytes == 4, let id: UInt32 = text.readInteger() else { throw unknown }
        return id
    }

    private static var unknown: FileError { FileError(.failure, "there is no such handle") }

    func file(_ packet: inout ByteBuffer) throws -> Int32 {
        guard case .file(let descriptor) = handles[try Self.id(&packet)] else { throw Self.unknown }
        return descriptor
    }

    func directory(_ packet: inout ByteBuffer) throws -> (OpaquePointer, FilePath) {
        guard case .directory(let stream, let path) = handles[try Self.id(&packet)] else { throw Self.unknown }
        return (stream, path)
    }

    mutating func close(_ packet: inout ByteBuffer) throws {
        guard let handle = handles.removeValue(forKey: try Self.id(&packet)) else { throw Self.unknown }
        try FileError.check(Self.close(handle))
    }

    mutating func closeAll() {
        // Nobody is left to be told of an error.
        for handle in handles.values { _ = Self.close(handle) }
        handles = [:]
    }

    private static func close(_ handle: Handle) -> Int32 {
        switch handle {
        case .file(let descriptor): Glibc.close(descriptor)
        case .directory(let stream, _): closedir(stream)
        }
    }
}
