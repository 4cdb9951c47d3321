import TestSupport
import Testing

@Suite("forwarding, by OpenSSH's client") struct ForwardingTests {
    /// A web server on a free port, `$WEB`, and a function that waits for sockets.
    private static let web = """
        mkdir -p www; echo hello > www/file; head -c 20000000 /dev/urandom > www/large
        python3 -u -m http.server --bind 127.0.0.1 --directory www 0 > web.log 2>&1 & web=$!
        trap 'kill $web $tunnel 2>/dev/null' EXIT
        for i in $(seq 200); do grep -q port web.log && break; sleep 0.05; done
        WEB=$(grep -o 'port [0-9]*' web.log | cut -c 6-)
        get() { curl -sS --max-time 60 "$@"; }
        retry() { for i in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "$* never worked"; }
        """

    @Test(
        "connections reach where they lead, with all they carry",
        arguments: [
            ("-L $PWD/here:127.0.0.1:$WEB", "--unix-socket here http://berth"),
            ("-L $PWD/here:$PWD/there -R $PWD/there:127.0.0.1:$WEB", "--unix-socket here http://berth"),
            ("-D $PWD/here", "--proxy socks5h://localhost$PWD/here http://localhost:$WEB"),
            ("-R $PWD/there:127.0.0.1:$WEB", "--unix-socket there http://berth"),
        ])
    func forwards(_ option: String, _ request: String) async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                \(Self.web)
                $SSH -o ExitOnForwardFailure=yes -N \(option) berth & tunnel=$!
                retry get \(request)/file
                get \(request)/file
                all=(); for i in 1 2 3; do get \(request)/large | cmp - www/large && echo same & all+=($!); done; wait ${all[@]}
                """)
            #expect(result.output == "hello\nsame\nsame\nsame\n")
        }
    }

    @Test("a port is chosen and told if none is named, closed when asked, and free again when the client has gone")
    func chosenPort() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                \(Self.web)
                $SSH -MNf -S control berth
                PORT=$($SSH -S control -O forward -R 0:127.0.0.1:$WEB berth)
                get http://127.0.0.1:$PORT/file
                get "http://[::1]:$PORT/file"
                OTHER=$($SSH -S control -O forward -R 0:127.0.0.1:$WEB berth)
                [ $PORT != $OTHER ] && $SSH -S control -O cancel -R $OTHER:127.0.0.1:$WEB berth
                $SSH -S control -O exit berth 2>/dev/null
                for i in $(seq 100); do get http://127.0.0.1:$PORT/file >/dev/null 2>&1 || break; sleep 0.1; done
                get http://127.0.0.1:$PORT/file >/dev/null 2>&1 || echo closed
                """)
            #expect(result.output == "hello\nhello\nclosed\n")
        }
    }

    @Test("half a connection can end before the other: what is asked is answered after the question's end")
    func halfClosed() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                cat > answer.py <<'END'
                import socket
                server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
                print(server.getsockname()[1], flush=True)
                client = server.accept()[0]; data = b""
                while part := client.recv(65536): data += part
                client.sendall(b"%d bytes" % len(data))
                END
                timeout 60 python3 answer.py > port & for i in $(seq 200); do [ -s port ] && break; sleep 0.05; done
                head -c 3000000 /dev/zero | $SSH -W 127.0.0.1:$(cat port) berth
                """)
            #expect(result.output == "3000000 bytes")
        }
    }

    @Test(
        "what cannot be reached, or must not be, says why",
        arguments: [
            ("-W 127.0.0.1:1", "Connection refused"), ("-W forbidden.test:1", "not allowed"), ("-W no-such-host.invalid:80", "cannot connect to no-such-host.invalid:80"),
            ("-o ExitOnForwardFailure=yes -N -R $PWD/no/such/directory:127.0.0.1:1", "forwarding failed"),
        ])
    func refusals(_ option: String, _ message: String) async throws {
        try await TestServer.with { server in
            let result = try await server.bash("$SSH \(option) berth < /dev/null")
            #expect(result.output.contains(message), "\(result.output)")
        }
    }

    @Test("programs use the keys of the client's agent, through a socket that only they can reach and that is gone afterwards")
    func agent() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                eval $(ssh-agent) >/dev/null; trap 'kill $SSH_AGENT_PID' EXIT
                ssh-keygen -q -t ed25519 -N '' -C the-key -f key; ssh-add -q key
                $SSH -A berth 'ssh-add -l | cut -d " " -f 3; stat -c %a $(dirname $SSH_AUTH_SOCK); echo $SSH_AUTH_SOCK > socket; echo text > signed; ssh-keygen -q -Y sign -n test -f key.pub signed && echo signed'
                for i in $(seq 100); do [ -e $(dirname $(cat socket)) ] || break; sleep 0.05; done
                [ -e $(dirname $(cat socket)) ] || echo gone
                $SSH berth 'echo "${SSH_AUTH_SOCK:-none}"'
                """)
            #expect(result.output.replacing("Signing file signed\n", with: "") == "the-key\n700\nsigned\ngone\nnone\n")
        }
    }
}
