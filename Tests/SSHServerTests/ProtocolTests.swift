import NIOCore
import TestSupport
import Testing

@testable import SSHServer

@Suite("the protocol") struct ProtocolTests {
    @Test(
        "every algorithm works with OpenSSH's client, also when keys change all the time",
        arguments: [
            "-o KexAlgorithms=curve25519-sha256", "-o KexAlgorithms=curve25519-sha256@libssh.org", "-o KexAlgorithms=ecdh-sha2-nistp256",
            "-c aes128-gcm@openssh.com", "-c aes256-gcm@openssh.com", "-c aes128-ctr -m hmac-sha2-256-etm@openssh.com",
            "-c aes128-ctr -m hmac-sha2-512-etm@openssh.com", "-c aes256-ctr -m hmac-sha2-256-etm@openssh.com",
            "-c aes256-ctr -m hmac-sha2-512-etm@openssh.com",
        ])
    func algorithms(_ options: String) async throws {
        for host in [[], ["rekey"]] {
            try await TestServer.with(host) { server in
                let result = try await server.bash(
                    """
                    head -c 6000000 /dev/urandom > data
                    $SSH \(options) -o RekeyLimit=1M berth cat < data | cmp - data && echo same
                    """)
                #expect(result.output == "same\n")
            }
        }
    }

    @Test(
        "old algorithms are refused, saying what there is",
        arguments: ["-c aes128-cbc", "-o KexAlgorithms=diffie-hellman-group14-sha1", "-c aes128-ctr -m hmac-sha1", "-o HostKeyAlgorithms=ssh-rsa"])
    func oldAlgorithms(_ options: String) async throws {
        try await TestServer.with { server in
            let result = try await server.bash("$SSH -o LogLevel=INFO \(options) berth true; echo $?")
            #expect(result.output.hasSuffix("255\n") && result.output.contains("no match"), "\(result.output)")
        }
    }

    @Test("200 MB go through in either direction, changed in nothing, in bounded memory")
    func bulk() async throws {
        try await TestServer.with { server in
            let before = server.residentBytes
            let result = try await server.bash(
                """
                sum=$(yes 'a line of text' | head -c 200000000 | sha256sum)
                [ "$(yes 'a line of text' | head -c 200000000 | $SSH berth sha256sum)" = "$sum" ] && echo up
                [ "$($SSH berth "yes 'a line of text' | head -c 200000000" | sha256sum)" = "$sum" ] && echo down
                """)
            #expect(result.output == "up\ndown\n")
            #expect(server.residentBytes - before < 64 << 20)
        }
    }

    @Test("a reader that stops stops the writer, in both directions, and memory stays bounded")
    func backPressure() async throws {
        try await TestServer.with { server in
            let before = server.residentBytes
            let result = try await server.bash(
                """
                ($SSH berth 'yes; echo $? > status' | (sleep 3; head -c 10; echo)) & a=$!
                (yes | head -c 100000000 | $SSH berth 'sleep 3') 2>/dev/null & b=$!
                sleep 2; awk '/VmRSS/ {print $2}' /proc/\(server.process)/status > resident
                wait $a $b; cat status
                """)
            let resident = try #require(Int(try await server.bash("cat resident").output.filter(\.isNumber)))
            #expect(resident << 10 - before < 48 << 20, "\(result.output)")
            // The writer that nobody reads any more is told by SIGPIPE.
            #expect(result.output == "y\ny\ny\ny\ny\n\n141\n")
        }
    }

    @Test(
        "every key exchange works, strict or not, after a wrong guess, and again",
        arguments: ["mlkem768x25519-sha256", "curve25519-sha256", "ecdh-sha2-nistp256"], [true, false])
    func keyExchanges(_ method: String, _ isStrict: Bool) async throws {
        try await TestServer.with { server in
            try await offPool {
                var wishes = TestClient.Wishes(keyExchange: method, isStrict: isStrict)
                wishes.guess = .message(MessageNumber.keyExchangeRequest)
                let client = try TestClient.authenticated(port: server.port, wishes)
                let session = client.sessionID
                wishes.guess = nil
                try client.exchangeKeys(wishes)
                #expect(client.sessionID == session)
                var ping = ByteBuffer.message(MessageNumber.ping)
                ping.put("anybody?")
                try client.send(ping)
                var pong = try client.receive(MessageNumber.pong)
                #expect(try pong.takeText() == "anybody?")
                try client.send(.message(199))
                var answer = try client.receive(MessageNumber.unimplemented)
                // Counted anew with the keys if strict: NEWKEYS is not counted, ping is 0.
                if isStrict { #expect(try answer.takeUInt32() == 1) }
            }
        }
    }

    @Test("keep-alive, unknown requests and unknown channels are answered, in their order")
    func answers() async throws {
        try await TestServer.with { server in
            try await offPool {
                let client = try TestClient.authenticated(port: server.port)
                for name in ["keepalive@openssh.com", "unknown@example.org", "no-more-sessions@openssh.com"] {
                    var request = ByteBuffer.message(MessageNumber.globalRequest)
                    request.put(name)
                    request.put(true)
                    try client.send(request)
                }
                _ = try client.receive(MessageNumber.requestSuccess)
                _ = try client.receive(MessageNumber.requestFailure)
                _ = try client.receive(MessageNumber.requestSuccess)
                for (type, reason) in [("session", UInt32(1)), ("x11", 3)] {
                    var open = ByteBuffer.message(MessageNumber.channelOpen)
                    open.put(type)
                    open.writeMultipleIntegers(UInt32(5), UInt32(1000), UInt32(1000))
                    try client.send(open)
                    var failure = try client.receive(MessageNumber.channelOpenFailure)
                    #expect(try (failure.takeUInt32(), failure.takeUInt32()) == (5, reason))
                }
            }
        }
    }
}
