import Glibc
import Synchronization
import Threads

/// Stands between a client and an engine's socket, and breaks one request, or all from that one on.
package final class BreakingProxy: Sendable {
    /// How a request is broken.
    package enum Fault: Sendable, CaseIterable {
        /// The connection is cut before the engine sees the request.
        case unheard
        /// The engine answers, and the answer is lost with the connection.
        case unanswered
        /// The engine hears nothing, and the connection stays open.
        case stalledBefore
        /// The engine answers, and nothing of it arrives; the connection stays open.
        case stalledAfter

        package var isStall: Bool { self == .stalledBefore || self == .stalledAfter }
    }

    private struct State {
        var requests: [String] = []
        var isBroken = false
    }

    /// Of the socket to connect to.
    package let path: String
    private let listener: Int32
    private let engine: String
    private let place: Int
    private let fault: Fault
    private let isForGood: Bool
    private let state = Mutex(State())

    /// The first lines of all requests so far: `POST /v1.41/containers/create?name=a`.
    package var requests: [String] { state.withLock(\.requests) }
    /// Whether the request that was to be broken was made, and broken.
    package var isBroken: Bool { state.withLock(\.isBroken) }

    /// - Parameters:
    ///   - engine: the path of the engine's socket.
    ///   - place: the request to break; the first is 0. `Int.max` for none.
    ///   - isForGood: whether all later requests fail, too.
    package init(_ engine: String, breaking place: Int, _ fault: Fault, isForGood: Bool = false) throws {
        (self.engine, self.place, self.fault, self.isForGood) = (engine, place, fault, isForGood)
        var template = Array("/tmp/berth-proxy-XXXXXX".utf8CString)
        guard let directory = mkdtemp(&template) else { throw TestEngineError(text: "no temporary directory") }
        path = String(cString: directory) + "/s"
        listener = Self.socket()
        guard Self.with(path, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw TestEngineError(text: "cannot listen at \(path)")
        }
    }

    /// Serves until it is told to stop.
    package func start() throws {
        try OwnThread.start("proxy", stackSizeBytes: 1 << 18) { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                let engine = Self.socket()
                guard Self.with(self.engine, { connect(engine, $0, $1) }) == 0 else {
                    close(client)
                    close(engine)
                    continue
                }
                do {
                    try OwnThread.start("proxy", stackSizeBytes: 1 << 20) { [self] in
                        serve(client, engine)
                        close(client)
                        close(engine)
                    }
                } catch {
                    close(client)
                    close(engine)
                }
            }
            close(listener)
            unlink(path)
            rmdir(String(path.dropLast(2)))
        }
    }

    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ client: Int32, _ engine: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var (isSilenced, isCut) = (false, false)
        while true {
            var events = [pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: engine, events: Int16(POLLIN), revents: 0)]
            guard poll(&events, 2, -1) > 0 else { return }
            if events[0].revents != 0 {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                if let fault = begins(buffer.prefix(count)) {
                    switch fault {
                    case .unheard: return
                    case .stalledBefore:
                        // Until the client has enough of it.
                        while read(client, &buffer, buffer.count) > 0 {}
                        return
                    case .unanswered: isCut = true
                    case .stalledAfter: isSilenced = true
                    }
                }
                guard Self.write(engine, buffer.prefix(count)) else { return }
            }
            if events[1].revents != 0 {
                let count = read(engine, &buffer, buffer.count)
                guard count > 0, !isCut else { return }
                if !isSilenced, !Self.write(client, buffer.prefix(count)) { return }
            }
        }
    }

    /// What to do about a request that begins here; nil for nothing, and if these bytes go on with one.
    private func begins(_ bytes: ArraySlice<UInt8>) -> Fault? {
        let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
        guard line.wholeMatch(of: /(?:GET|HEAD|POST|PUT|DELETE) \/[^ ]* HTTP\/1\.1/) != nil else { return nil }
        return state.withLock { state in
            let index = state.requests.count
            state.requests.append(String(line.dropLast(9)))
            guard index == place || isForGood && index > place else { return nil }
            state.isBroken = true
            // What comes after the one that was broken finds nobody.
            return index == place ? fault : .unheard
        }
    }

    private static func write(_ file: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func socket() -> Int32 { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }

    private static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
