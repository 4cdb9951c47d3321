import TestSupport
import Testing

@testable import SSHServer

@Suite("sessions, by OpenSSH's client") struct SessionTests {
    @Test(
        "a command's output, errors and end come back",
        arguments: [
            ("echo out; echo err >&2; exit 3", "", "out\nerr\n3\n"),
            ("cat; echo done", "printf 'a\\nb\\n' |", "a\nb\ndone\n0\n"),
            ("head -n 1; echo after", "(yes | head -c 30000000; true) |", "y\nafter\n0\n"),
            ("exec 0<&-; sleep 0.1; echo still here", "(head -c 5000000 /dev/zero; true) |", "still here\n0\n"),
            ("kill -TERM $$", "", "255\n"),
            ("no-such-program-at-all 2>/dev/null", "", "127\n"),
            ("sleep 300 >/dev/null 2>&1 & echo left behind; kill $!", "", "left behind\n0\n"),
            ("kill -PIPE $$; echo ignored", "", "255\n"),
            ("grep ^SigBlk /proc/self/status; ls /proc/self/fd | wc -l", "", "SigBlk:\t0000000000000000\n4\n0\n"),
        ] as [(String, String, String)])
    func commands(_ command: String, _ input: String, _ expected: String) async throws {
        try await TestServer.with { server in
            let result = try await server.bash("\(input) $SSH berth '\(command.replacing("'", with: "'\\''"))'; echo $?")
            #expect(result.output == expected)
        }
    }

    @Test("a shell is a login shell, in the home, with the variables that are accepted and no others")
    func shell() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                export LC_TEST=seen OTHER=unseen
                echo 'echo $0; pwd; echo "$LC_TEST.${OTHER:-}.$HOME"' | $SSH -o SendEnv='LC_* OTHER' -T berth
                """)
            let lines = result.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("-") == true)
            #expect(lines.dropFirst() == [Substring(server.directory), "seen..\(server.directory)"])
        }
    }

    @Test("a terminal has the client's size, type and modes, controls the session, and follows when it changes")
    func terminal() async throws {
        try await TestServer.with { server in
            // script(1) gives the client a terminal of its own, whose size the test changes.
            let result = try await server.bash(
                """
                export TERM=vt220
                cat > inner <<'END'
                stty rows 33 cols 99 intr ^X
                tty=$(tty); (sleep 1; stty rows 44 cols 111 < $tty) &
                \(server.ssh) -tt berth 'tty | cut -c 1-9; echo $TERM; [ $(tty) = $SSH_TTY ] && echo same; stty size; stty -a | grep -o "intr = ^X"; ps -o tty= -p $$ | cut -c 1-4; for i in $(seq 100); do [ "$(stty size)" = "33 99" ] || break; sleep 0.1; done; stty size; exit 5'
                echo status $?
                END
                script -qec 'bash inner' /dev/null < /dev/null | tr -d '\\r'
                """)
            #expect(
                result.output
                    == "welcome\n/dev/pts/\nvt220\nsame\n33 99\nintr = ^X\npts/\n44 111\nstatus 5\n")
        }
    }

    @Test("what runs on a terminal is gone, or let go, when its shell ends")
    func background() async throws {
        try await TestServer.with { server in
            let result = try await server.bash("$SSH -tt berth 'nohup sleep 300 >/dev/null 2>&1 & sleep 0.2; echo $! > pid; echo ends'; kill $(cat pid) && echo was left")
            #expect(result.output.replacing("\r", with: "") == "welcome\nends\nwas left\n")
        }
    }

    @Test("a client that is killed takes its processes along, also those that ignore hang-ups, and leaves no descriptor")
    func killedClient() async throws {
        try await TestServer.with(["impatient"]) { server in
            let before = server.descriptors
            let result = try await server.bash(
                """
                $SSH berth 'echo $$ > polite; exec sleep 300' & a=$!
                $SSH berth 'trap "" HUP; echo $$ > stubborn; while true; do sleep 1; done' & b=$!
                $SSH -tt berth 'echo $$ > shown; exec sleep 300' >/dev/null & c=$!
                for i in $(seq 200); do [ -s polite -a -s stubborn -a -s shown ] && break; sleep 0.05; done
                kill -KILL $(pgrep -P $a) $(pgrep -P $b) $(pgrep -P $c)
                for i in $(seq 200); do kill -0 $(cat polite stubborn shown) 2>/dev/null || break; sleep 0.05; done
                for f in polite stubborn shown; do kill -0 $(cat $f) 2>/dev/null && echo "$f is alive"; done
                echo checked
                """)
            #expect(result.output.hasSuffix("checked\n") && !result.output.contains("alive"))
            try await eventually("descriptors are closed") { server.descriptors <= before + 2 }
        }
    }

    @Test("twenty sessions run at once on one connection")
    func multiplexed() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                $SSH -MNf -S control berth
                for i in $(seq 20); do head -c 300000 /dev/zero | tr '\\0' "\\\\$(printf %o $((64 + i)))" | $SSH -S control berth "sleep 0.5; cat" | sort -u | fold -w 1 | sort -u & done | sort | tr -d '\\n'
                echo
                $SSH -S control -O exit berth 2>/dev/null
                """)
            #expect(result.output == "ABCDEFGHIJKLMNOPQRST\n")
        }
    }

    @Test("signals, wrong subsystems and commands that cannot be started are answered")
    func answers() async throws {
        try await TestServer.with { server in
            let subsystem = try await server.bash("$SSH -s berth nothing; echo $?")
            #expect(subsystem.output.contains("there is no subsystem \"nothing\"") && subsystem.output.hasSuffix("127\n"))
            try await offPool {
                let client = try TestClient.authenticated(port: server.port)
                let channel = try client.openSession()
                try client.request(channel, "exec") { $0.put("trap 'echo got it; exit 4' USR1; echo ready; while true; do sleep 0.05; done") }
                _ = try client.receive(94)
                try client.request(channel, "signal", wantsReply: false) { $0.put("USR1") }
                var data = try client.receive(94)
                _ = try data.takeUInt32()
                #expect(try data.takeText() == "got it\n")
                var end = try client.receive(98)
                #expect(try (end.takeUInt32(), end.takeText(), end.takeBool(), end.takeUInt32()) == (7, "exit-status", false, 4))
            }
        }
    }
}
