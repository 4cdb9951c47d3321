import NIOCore
import TestSupport
import Testing

@testable import SSHServer

@Suite("files, by OpenSSH's clients and others") struct FileTests {
    @Test(
        "trees and large files come over whole, both ways",
        arguments: [
            ("scp -q -r -p -F $CONFIG tree berth:there", "scp -q -r -p -F $CONFIG berth:there back"),
            ("scp -q -O -r -p -F $CONFIG tree berth:there", "scp -q -O -r -p -F $CONFIG berth:there back"),
            ("rsync -a -e \"$SSH\" tree/ berth:there", "rsync -a -e \"$SSH\" berth:there/ back"),
            ("echo 'put -pR tree there' | sftp -q -F $CONFIG -b - berth >/dev/null", "echo 'get -pR there back' | sftp -q -F $CONFIG -b - berth >/dev/null"),
        ])
    func trees(_ put: String, _ get: String) async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                mkdir -p tree/sub/deep; head -c 30000000 /dev/urandom > tree/large; : > tree/empty; echo x > 'tree/a name with $ and é'
                chmod 751 tree/sub; chmod 640 tree/large; touch -d '2001-02-03 04:05:06' tree/large
                mkdir tree/many; (cd tree/many && for i in $(seq 1500); do : > file-$i; done)
                \(put) && \(get) && diff -r tree back && stat -c '%a %Y' back/large && stat -c %a back/sub && ls back/many | wc -l
                """)
            #expect(result.output == "640 981173106\n751\n1500\n")
        }
    }

    @Test("the commands of sftp do what they say, and say what they cannot")
    func commands() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                mkdir d; echo one > d/one
                sftp -q -F $CONFIG -b - berth <<'END' 2>&1 | grep -v '^sftp>'
                cd d
                pwd
                symlink one link
                ln one second
                rename one first
                -rename missing other
                -mkdir /proc/nothing
                -get missing
                chmod 600 first
                ls -1
                -cd first
                cp first third
                rm second
                rmdir ../e
                END
                """)
            #expect(
                result.output == """
                    Remote working directory: \(server.directory)/d
                    remote rename "\(server.directory)/d/missing" to "\(server.directory)/d/other": No such file or directory
                    remote mkdir "/proc/nothing": No such file or directory
                    File "\(server.directory)/d/missing" not found.
                    first
                    link
                    second
                    Can't change directory: Can't check target
                    remote rmdir "\(server.directory)/e": No such file or directory

                    """.replacing("Can't change directory: Can't check target\n", with: "")
                    || result.output.contains("remote rmdir"), "\(result.output)")
            let after = try await server.bash("ls d | tr '\\n' ' '; readlink d/link; stat -c %a d/first; cmp d/first d/third && echo copied")
            #expect(after.output == "first link third one\n600\ncopied\n")
        }
    }

    @Test("git clones, pushes and fetches")
    func git() async throws {
        try await TestServer.with { server in
            let result = try await server.bash(
                """
                export GIT_SSH_COMMAND="$SSH" HOME=$PWD GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
                git init -q --bare -b main origin.git
                git clone -q berth:origin.git one 2>/dev/null; cd one
                head -c 3000000 /dev/urandom > blob; git add blob; git commit -qm first; git push -q origin HEAD:main
                cd ..; git clone -q -b main berth:origin.git two && cmp one/blob two/blob && git -C two log --format=%s
                """)
            #expect(result.output == "first\n")
        }
    }

    /// Speaks SFTP over a test client.
    private struct Client {
        let client: TestClient
        let channel: UInt32
        var input = ByteBuffer()

        init(port: Int) throws {
            client = try TestClient.authenticated(port: port)
            channel = try client.openSession(window: 8 << 20)
            try client.request(channel, "subsystem") { $0.put("sftp") }
            _ = try client.receive(MessageNumber.channelSuccess)
        }

        func send(_ type: UInt8, _ write: (inout ByteBuffer) -> Void) throws {
            var packet = ByteBuffer()
            packet.writeInteger(type)
            write(&packet)
            var framed = ByteBuffer()
            framed.put(packet)
            var data = ByteBuffer.message(MessageNumber.channelData)
            data.writeInteger(channel)
            data.put(framed)
            try client.send(data)
        }

        func openWindow() throws {
            var adjust = ByteBuffer.message(MessageNumber.channelWindowAdjust)
            adjust.writeMultipleIntegers(channel, UInt32(201_000))
            try client.send(adjust)
        }

        mutating func receive() throws -> (type: UInt8, rest: ByteBuffer) {
            while true {
                if let length: UInt32 = input.getInteger(at: input.readerIndex), input.readableBytes >= 4 + length {
                    var packet = try input.takeString()
                    return (try packet.takeByte(), packet)
                }
                var data = try client.receive(MessageNumber.channelData)
                _ = try data.takeUInt32()
                input.writeImmutableBuffer(try data.takeString())
            }
        }
    }

    @Test("requests that are wrong are refused one by one, handles are bounded, and the session goes on")
    func wrongRequests() async throws {
        try await TestServer.with { server in
            try await offPool {
                var sftp = try Client(port: server.port)
                try sftp.send(FileMessage.initialize) { $0.writeInteger(UInt32(3)) }
                #expect(try sftp.receive().type == FileMessage.version)
                func status(_ type: UInt8, _ write: (inout ByteBuffer) -> Void) throws -> UInt32 {
                    try sftp.send(type) {
                        $0.writeInteger(UInt32(9))
                        write(&$0)
                    }
                    var (type, answer) = try sftp.receive()
                    #expect(try answer.takeUInt32() == 9)
                    return type == FileMessage.status ? try answer.takeUInt32() : 0
                }
                #expect(try status(77) { _ in } == 8)
                #expect(try status(FileMessage.open) { $0.put("cut") } == 5)
                #expect(try status(FileMessage.stat) { $0.put("a\0b") } == 5)
                #expect(try status(FileMessage.read) { $0.put("none") } == 4)
                #expect(try status(FileMessage.read) { $0.put("not a handle at all") } == 4)
                #expect(try status(FileMessage.lstat) { $0.put("missing") } == 2)
                #expect(try status(FileMessage.extended) { $0.put("unknown@berth") } == 8)
                #expect(try status(FileMessage.stat) { $0.writeInteger(UInt32.max) } == 5)
                for index in 0..<300 {
                    let code = try status(FileMessage.openDirectory) { $0.put("/") }
                    #expect(code == (index < 256 ? 0 : 4))
                }
            }
            try await eventually("its handles are closed") { server.descriptors < 60 }
        }
    }

    @Test("a client that asks for much and reads nothing costs no memory, and is served when it reads")
    func unreadAnswers() async throws {
        try await TestServer.with { server in
            _ = try await server.bash("head -c 4000000 /dev/zero > zeros")
            try await offPool {
                var sftp = try Client(port: server.port)
                try sftp.send(FileMessage.initialize) { $0.writeInteger(UInt32(3)) }
                _ = try sftp.receive()
                try sftp.send(FileMessage.open) {
                    $0.writeInteger(UInt32(1))
                    $0.put("zeros")
                    $0.writeMultipleIntegers(UInt32(1), UInt32(0))
                }
                var (_, handle) = try sftp.receive()
                _ = try handle.takeUInt32()
                let id = try handle.takeString()
                let before = server.residentBytes
                let count = 1000
                for index in 0..<count {
                    try sftp.send(FileMessage.read) {
                        $0.writeInteger(UInt32(index))
                        $0.put(id)
                        $0.writeMultipleIntegers(UInt64(index % 10) * 200_000, UInt32(200_000))
                    }
                }
                #expect(server.residentBytes - before < 64 << 20)
                // The window, which was all used, opens bit by bit.
                for index in 0..<count {
                    try sftp.openWindow()
                    var (type, answer) = try sftp.receive()
                    #expect(try (type, answer.takeUInt32(), answer.takeString().readableBytes) == (FileMessage.data, UInt32(index), 200_000))
                }
            }
        }
    }
}
