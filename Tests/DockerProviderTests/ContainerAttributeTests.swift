import DockerEngine
import DockerTestSupport
import JSON
import Testing

/// One attribute of `docker_container`, or a few that belong together.
struct AttributeCase: Sendable, CustomTestStringConvertible {
    /// A part of the block.
    var text: String
    /// What the engine says then, by path.
    var expected: [String: JSONValue]
    var testDescription: String { text.split(separator: "\n").joined(separator: "; ") }

    init(_ text: String, _ expected: [String: JSONValue]) {
        self.text = text
        self.expected = expected
    }

    static let all: [AttributeCase] = [
        AttributeCase("", ["State|Running": true]),
        AttributeCase("hostname = \"h1\"\ndomainname = \"example.org\"", ["Config|Hostname": "h1", "Config|Domainname": "example.org"]),
        AttributeCase("user = \"user\"\nworking_dir = \"/tmp\"", ["Config|User": "user", "Config|WorkingDir": "/tmp"]),
        AttributeCase("user = \"\"\nworking_dir = \"\"\ndomainname = \"\"", ["Config|User": ""]),
        AttributeCase("entrypoint = [\"sh\", \"-c\"]\n command = [\"sleep 1000\"]", ["Config|Entrypoint": ["sh", "-c"]]),
        AttributeCase("env = [\"B=2\", \"A=1\"]", ["Config|Env": ["A=1", "B=2", "PATH=/bin", "FROM_IMAGE=1"]]),
        AttributeCase("env = []", ["Config|Env": ["PATH=/bin", "FROM_IMAGE=1"]]),
        AttributeCase(
            "labels {\n label = \"l\"\n value = \"v\"\n}",
            ["Config|Labels|l": "v", "Config|Labels|from.image": "1", "Config|Labels|berth.workspace": "w1"]),
        AttributeCase("tty = true\nstdin_open = true", ["Config|Tty": true, "Config|OpenStdin": true]),
        AttributeCase("stop_signal = \"SIGINT\"\nstop_timeout = 0", ["Config|StopSignal": "SIGINT", "Config|StopTimeout": 0]),
        AttributeCase("restart = \"on-failure\"\nmax_retry_count = 3", ["HostConfig|RestartPolicy|MaximumRetryCount": 3]),
        AttributeCase("restart = \"unless-stopped\"", ["HostConfig|RestartPolicy|Name": "unless-stopped"]),
        AttributeCase(
            "memory = 64\nmemory_reservation = 32", ["HostConfig|Memory": 67_108_864, "HostConfig|MemoryReservation": 33_554_432]),
        AttributeCase("memory = 64\nmemory_swap = 128", ["HostConfig|Memory": 67_108_864]),
        AttributeCase("memory = 64\nmemory_swap = -1", ["HostConfig|MemorySwap": -1]),
        AttributeCase("memory = 0\ncpu_shares = 0", ["HostConfig|Memory": 0]),
        AttributeCase("cpus = \"0.5\"", ["HostConfig|NanoCpus": 500_000_000]),
        AttributeCase(
            "cpu_shares = 512\ncpu_set = \"0\"\ncpu_period = 50000\ncpu_quota = 25000",
            ["HostConfig|CpuShares": 512, "HostConfig|CpuQuota": 25000]),
        AttributeCase("shm_size = 32\nipc_mode = \"shareable\"", ["HostConfig|ShmSize": 33_554_432, "HostConfig|IpcMode": "shareable"]),
        AttributeCase(
            "privileged = true\nread_only = true\ninit = false\nstart = false",
            ["HostConfig|Privileged": true, "HostConfig|ReadonlyRootfs": true]),
        AttributeCase("dns = [\"9.9.9.9\"]\ndns_opts = [\"ndots:1\"]\ndns_search = [\"example.org\"]", ["HostConfig|Dns": ["9.9.9.9"]]),
        AttributeCase(
            "host {\n host = \"host.docker.internal\"\n ip = \"host-gateway\"\n}",
            ["HostConfig|ExtraHosts": ["host.docker.internal:host-gateway"]]),
        AttributeCase(
            "capabilities {\n add = [\"NET_ADMIN\", \"CAP_SYS_TIME\"]\n drop = [\"MKNOD\"]\n}", ["HostConfig|CapDrop": ["MKNOD"]]),
        AttributeCase(
            "security_opts = [\"no-new-privileges:true\", \"systempaths=unconfined\"]",
            ["HostConfig|MaskedPaths": [], "HostConfig|SecurityOpt": ["no-new-privileges:true"]]),
        AttributeCase("ulimit {\n name = \"nofile\"\n soft = 100\n hard = 200\n}", ["HostConfig|Ulimits|0|Hard": 200]),
        AttributeCase("tmpfs = { \"/run\" = \"size=1m\" }", ["HostConfig|Tmpfs|/run": "size=1m"]),
        AttributeCase("sysctls = { \"net.ipv4.ip_forward\" = \"1\" }", ["HostConfig|Sysctls|net.ipv4.ip_forward": "1"]),
        AttributeCase("log_driver = \"json-file\"\nlog_opts = { max-size = \"1m\" }", ["HostConfig|LogConfig|Config|max-size": "1m"]),
        AttributeCase("network_mode = \"none\"", ["HostConfig|NetworkMode": "none"]),
        AttributeCase("network_mode = \"host\"\npid_mode = \"host\"", ["HostConfig|PidMode": "host"]),
        AttributeCase(
            "group_add = [\"1000\"]\nuserns_mode = \"host\"\ncgroupns_mode = \"private\"",
            ["HostConfig|GroupAdd": ["1000"], "HostConfig|CgroupnsMode": "private"]),
        AttributeCase("publish_all_ports = true\nruntime = \"runc\"", ["HostConfig|PublishAllPorts": true]),
        AttributeCase(
            "ports {\n internal = 80\n}\nports {\n internal = 53\n protocol = \"udp\"\n ip = \"127.0.0.1\"\n}",
            ["Config|ExposedPorts|53/udp": [:]]),
        AttributeCase("ports {\n internal = 80\n external = 28461\n}", ["NetworkSettings|Ports|80/tcp|0|HostPort": "28461"]),
        AttributeCase(
            "devices {\n host_path = \"/dev/null\"\n container_path = \"/dev/mine\"\n}",
            ["HostConfig|Devices|0|PathInContainer": "/dev/mine"]),
        AttributeCase(
            "volumes {\n host_path = \"/tmp\"\n container_path = \"/h\"\n read_only = true\n}", ["HostConfig|Binds": ["/tmp:/h:ro"]]),
        AttributeCase(
            "volumes {\n container_path = \"/anonymous\"\n}",
            ["Mounts|0|Destination": "/anonymous", "HostConfig|Mounts|0|VolumeOptions|Labels|berth.workspace": "w1"]),
        AttributeCase(
            "mounts {\n type = \"tmpfs\"\n target = \"/t\"\n tmpfs_options {\n size_bytes = 1048576\n mode = 448\n }\n}",
            ["HostConfig|Mounts|0|TmpfsOptions|Mode": 448]),
        AttributeCase(
            "mounts {\n type = \"bind\"\n target = \"/b\"\n source = \"/usr\"\n bind_options {\n propagation = \"rprivate\"\n }\n}",
            ["HostConfig|Mounts|0|BindOptions|Propagation": "rprivate"]),
        AttributeCase(
            "healthcheck {\n test = [\"CMD\", \"true\"]\n interval = \"1m30s\"\n timeout = \"1500ms\"\n retries = 2\n}",
            ["Config|Healthcheck|Interval": 90_000_000_000, "Config|Healthcheck|Timeout": 1_500_000_000]),
        AttributeCase(
            "wait = true\nhealthcheck {\n test = [\"CMD\", \"true\"]\n interval = \"100ms\"\n}", ["State|Health|Status": "healthy"]),
        AttributeCase(
            "upload {\n file = \"/etc/new/deep/file\"\n content = \"x\"\n permissions = \"0600\"\n}\nupload {\n file = \"/run-me\"\n content_base64 = \"eA==\"\n executable = true\n}",
            ["State|Running": true]),
        AttributeCase("start = false", ["State|Status": "created"]),
        AttributeCase("start = false\nports {\n internal = 80\n}", ["State|Status": "created"]),
        AttributeCase("must_run = false\ncommand = [\"true\"]", [:]),
        AttributeCase("attach = true\nlogs = true\ncommand = [\"echo\", \"hello\"]\nmust_run = false", ["State|Status": "exited"]),
        AttributeCase("destroy_grace_seconds = 1\nremove_volumes = false\ntimeouts {\n create = \"5m\"\n}", [:]),
        AttributeCase(
            "device_read_bps {\n path = \"/dev/zero\"\n rate = 1048576\n}\nstart = false",
            ["HostConfig|BlkioDeviceReadBps|0|Rate": 1_048_576]),
        AttributeCase("gpus = \"all\"\nstart = false", ["HostConfig|DeviceRequests|0|Count": -1]),
    ]
}

@Suite(
    "docker_container: every attribute reaches the engine, and a second plan changes nothing",
    .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct ContainerAttributeTests {
    @Test("an attribute", arguments: AttributeCase.all.indices)
    func attribute(_ index: Int) async throws {
        let test = AttributeCase.all[index]
        let name = "attribute-\(index)"
        let command = test.text.contains("command =") ? "" : "command = [\"sleep\", \"1000\"]"
        let template = try await DockerTemplate(
            """
            resource "docker_container" "a" {
              name  = "\(name)"
              image = "\(TestEngine.image)"
              \(command)
              \(test.text)
            }
            """)
        do {
            try await template.apply()
            let inspection = try await template.client.container(name)
            for (path, value) in test.expected {
                #expect(inspection.at(path) == value, "\(path)")
            }
            let prior = try template.attributes("docker_container.a")
            #expect(try await template.changes() == [], "after \(test.text)")
            // What a refresh found is the same, too.
            try await template.apply()
            #expect(try template.attributes("docker_container.a") == prior)
        } catch {
            Issue.record("\(test.text): \(error)")
        }
        try await template.destroy()
        let error = await #expect(throws: DockerError.self) { _ = try await template.client.container(name) }
        #expect(error?.isNotFound == true)
    }
}
