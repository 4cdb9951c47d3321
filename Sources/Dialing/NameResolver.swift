import CShims
import Glibc
package import NIOCore
import Threads

/// Finds the addresses of names, from the hosts file and from name servers.
///
/// The C library's own way loads libraries of the system's while it runs, which a static executable cannot do.
package struct NameResolver: Sendable {
    package var hostsPath = "/etc/hosts"
    package var configurationPath = "/etc/resolv.conf"
    /// Where name servers listen; tests have theirs elsewhere.
    package var serverPort = 53

    package init() {}

    /// The addresses of a host in the order in which to try them; never empty.
    package func addresses(of host: String, port: Int) async throws -> [SocketAddress] {
        if let literal = try? SocketAddress(ipAddress: host, port: port) { return [literal] }  // a name otherwise
        let found = try await OwnThread.run("berth-names") { try lookUp(host) }
        // IPv4 first: an address of version 6 without a way there is the more usual mistake.
        let sorted = found.filter { !$0.contains(":") } + found.filter { $0.contains(":") }
        return try sorted.map { try SocketAddress(ipAddress: $0, port: port) }
    }

    private func lookUp(_ host: String) throws -> [String] {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let known = Dialing.addresses(of: name, inHosts: text(of: hostsPath)).filter(isAddress)
        if !known.isEmpty { return known }
        if name.lowercased() == "localhost" || name.lowercased().hasSuffix(".localhost") { return ["127.0.0.1", "::1"] }
        let configuration = ResolverConfiguration(text(of: configurationPath))
        var failure: String?
        for candidate in configuration.candidates(for: host) {
            do {
                let found = try ask(candidate, configuration)
                if !found.isEmpty { return found }
            } catch {
                failure = error.message
            }
        }
        throw DialingError(
            .name, "\"\(host)\" has no address: " + (failure ?? "neither \(hostsPath) nor \(configuration.servers.joined(separator: ", ")) knows it"))
    }

    /// What name servers say of a name; nothing if it does not exist.
    private func ask(_ name: String, _ configuration: ResolverConfiguration) throws(DialingError) -> [String] {
        var failure = "no name server is configured in \(configurationPath)"
        for _ in 0..<configuration.attempts {
            for server in configuration.servers {
                guard let address = try? SocketAddress(ipAddress: server, port: serverPort) else {
                    failure = "\(configurationPath) names a name server \"\(server.prefix(100))\", which is no address"
                    continue
                }
                do {
                    var found: [String] = []
                    for kind in DNSMessage.Kind.allCases {
                        let question = DNSMessage(id: .random(in: 0...UInt16.max), name: name, kind: kind)
                        let exchange = DNSExchange(
                            server: address,
                            deadlineNanoseconds: cshims_monotonic_ns() + UInt64(configuration.timeoutSeconds) * 1_000_000_000)
                        switch try exchange.ask(question) {
                        case .addresses(let packed): found += packed.compactMap(presentation)
                        case .noSuchName: return []
                        case .truncated: throw DNSExchange.Failure.malformed
                        case .failure(let code):
                            // Some servers know only one kind of address and call the other a failure.
                            if found.isEmpty { failure = "name server \(server) failed with code \(code)" }
                        }
                    }
                    if !found.isEmpty || !failure.contains("code") { return found }
                } catch DNSExchange.Failure.timeout {
                    failure = "name server \(server) does not answer"
                } catch DNSExchange.Failure.system(let code) {
                    failure = "name server \(server) cannot be reached: \(String(cString: strerror(code)))"
                } catch {
                    failure = "name server \(server) does not answer in its protocol"
                }
            }
        }
        throw DialingError(.name, failure)
    }

    private func isAddress(_ text: String) -> Bool { (try? SocketAddress(ipAddress: text, port: 0)) != nil }

    private func presentation(_ packed: [UInt8]) -> String? {
        (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: packed), port: 0))?.ipAddress
    }

    /// At most a megabyte of a file; nothing if it is not there, as in images that hold one program and no more.
    private func text(of path: String) -> String {
        let descriptor = cshims_open_read(path)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < 1 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
