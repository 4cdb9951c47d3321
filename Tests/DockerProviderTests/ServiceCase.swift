import DockerTestSupport
import JSON
import Testing

/// One attribute of `docker_service`, or a few that belong together.
struct ServiceCase: Sendable, CustomTestStringConvertible {
    /// What stands in `container_spec`, in `task_spec` beside it, and beside that.
    var container = ""
    var task = ""
    var service = ""
    /// Other resources.
    var others = ""
    /// What the engine says then, by path in the specification.
    var expected: [String: JSONValue] = [:]
    var testDescription: String {
        [container, task, service].joined(separator: " ").split(separator: "\n").joined(separator: "; ")
    }

    func text(_ name: String) -> String {
        """
        \(others)
        resource "docker_service" "a" {
          name = "\(name)"
          task_spec {
            container_spec {
              image = "\(TestEngine.image)"
              \(container.contains("command =") ? "" : "command = [\"sleep\", \"1000\"]")
              \(container)
            }
            \(task)
          }
          \(service)
        }
        """
    }

    static let all: [ServiceCase] = [
        ServiceCase(expected: ["Mode|Replicated|Replicas": 1, "Labels|berth.workspace": "w1"]),
        ServiceCase(
            container:
                "command = [\"sh\", \"-c\"]\nargs = [\"sleep 1000\"]\nhostname = \"h\"\ndir = \"/tmp\"\nuser = \"user\"\ngroups = [\"1000\"]",
            expected: ["TaskTemplate|ContainerSpec|Args|0": "sleep 1000", "TaskTemplate|ContainerSpec|Dir": "/tmp"]),
        ServiceCase(
            container: "env = { B = \"2\", A = \"1=1\" }\nlabels {\n label = \"l\"\n value = \"v\"\n}\nread_only = true\ninit = false",
            expected: ["TaskTemplate|ContainerSpec|Env": ["A=1=1", "B=2"], "TaskTemplate|ContainerSpec|Labels|l": "v"]),
        ServiceCase(
            container: "stop_signal = \"SIGINT\"\nstop_grace_period = \"1500ms\"\nisolation = \"default\"\ninit = true",
            expected: ["TaskTemplate|ContainerSpec|StopGracePeriod": 1_500_000_000]),
        ServiceCase(
            container:
                "healthcheck {\n test = [\"CMD\", \"true\"]\n interval = \"1m30s\"\n retries = 2\n}\nsysctl = { \"net.ipv4.ip_forward\" = \"1\" }",
            expected: ["TaskTemplate|ContainerSpec|Healthcheck|Interval": 90_000_000_000]),
        ServiceCase(
            container:
                "hosts {\n host = \"a.example\"\n ip = \"10.0.0.1\"\n}\nhosts {\n host = \"b.example\"\n ip = \"10.0.0.2\"\n}\ndns_config {\n nameservers = [\"9.9.9.9\"]\n search = [\"example.org\"]\n options = [\"ndots:1\"]\n}",
            expected: ["TaskTemplate|ContainerSpec|DNSConfig|Options": ["ndots:1"]]),
        ServiceCase(
            container:
                "cap_add = [\"CAP_NET_ADMIN\"]\ncap_drop = [\"CAP_MKNOD\"]\nprivileges {\n se_linux_context {\n disable = true\n }\n}",
            expected: ["TaskTemplate|ContainerSpec|CapabilityDrop": ["CAP_MKNOD"]]),
        ServiceCase(
            container: """
                mounts {
                  type   = "bind"
                  target = "/b"
                  source = "/usr"
                  read_only = true
                  bind_options {}
                }
                mounts {
                  type   = "volume"
                  target = "/v"
                  volume_options {
                    no_copy = true
                    driver_name = "local"
                    driver_options = { type = "tmpfs", device = "tmpfs" }
                    labels {
                      label = "x"
                      value = "y"
                    }
                  }
                }
                mounts {
                  type   = "tmpfs"
                  target = "/t"
                  tmpfs_options {
                    size_bytes = 1048576
                    mode = 448
                  }
                }
                """, expected: ["TaskTemplate|ContainerSpec|Mounts|0|Type": "bind"]),
        ServiceCase(
            container: """
                secrets {
                  secret_id   = docker_secret.s.id
                  secret_name = docker_secret.s.name
                  file_name   = "/run/s"
                }
                configs {
                  config_id = docker_config.c.id
                  file_name = "/run/c"
                  file_mode = 256
                  file_uid  = "1000"
                }
                """,
            others: """
                resource "docker_secret" "s" {
                  name = "service-s"
                  data = base64encode("hidden")
                }
                resource "docker_config" "c" {
                  name = "service-c"
                  data = base64encode("shown")
                }
                """, expected: ["TaskTemplate|ContainerSpec|Configs|0|ConfigName": "service-c"]),
        ServiceCase(
            task: """
                resources {
                  limits {
                    nano_cpus    = 500000000
                    memory_bytes = 67108864
                  }
                  reservation {
                    memory_bytes = 8388608
                  }
                }
                restart_policy {
                  condition    = "on-failure"
                  delay        = "3s"
                  max_attempts = 4
                  window       = "10s"
                }
                placement {
                  constraints  = ["node.role==manager"]
                  prefs        = ["spread=node.labels.zone"]
                  max_replicas = 2
                  platforms {
                    architecture = "amd64"
                    os           = "linux"
                  }
                }
                force_update = 1
                runtime      = "container"
                log_driver {
                  name    = "json-file"
                  options = { max-size = "1m" }
                }
                """,
            expected: [
                "TaskTemplate|Resources|Limits|NanoCPUs": 500_000_000, "TaskTemplate|RestartPolicy|MaxAttempts": 4,
                "TaskTemplate|Placement|Preferences|0|Spread|SpreadDescriptor": "node.labels.zone",
                "TaskTemplate|LogDriver|Options|max-size": "1m",
            ]),
        ServiceCase(
            task: """
                resources {
                  reservation {
                    generic_resources {
                      named_resources_spec    = ["GPU=UUID1"]
                      discrete_resources_spec = ["SSD=3"]
                    }
                  }
                }
                """, expected: ["TaskTemplate|Resources|Reservations|GenericResources|1|DiscreteResourceSpec|Value": 3]),
        ServiceCase(task: "restart_policy {\n condition = \"none\"\n}", expected: ["TaskTemplate|RestartPolicy|Condition": "none"]),
        ServiceCase(
            task: "networks_advanced {\n id = docker_network.n.id\n aliases = [\"also\"]\n}",
            others: "resource \"docker_network\" \"n\" {\n name = \"service-n\"\n driver = \"overlay\"\n}",
            expected: ["TaskTemplate|Networks|0|Aliases": ["also"]]),
        ServiceCase(service: "mode {\n global = true\n}", expected: ["Mode|Global": [:]]),
        ServiceCase(service: "mode {\n replicated {\n replicas = 0\n }\n}", expected: ["Mode|Replicated|Replicas": 0]),
        ServiceCase(
            service: """
                labels {
                  label = "s"
                  value = "t"
                }
                update_config {
                  parallelism       = 0
                  delay             = "1s"
                  failure_action    = "rollback"
                  monitor           = "1s"
                  max_failure_ratio = "0.1"
                  order             = "start-first"
                }
                rollback_config {}
                """,
            expected: ["Labels|s": "t", "UpdateConfig|FailureAction": "rollback", "RollbackConfig|Monitor": 5_000_000_000]),
        ServiceCase(
            service:
                "endpoint_spec {\n ports {\n target_port = 80\n published_port = 8080\n name = \"web\"\n}\n ports {\n target_port = 53\n protocol = \"udp\"\n}\n}",
            expected: ["EndpointSpec|Ports|0|PublishedPort": 8080]),
        ServiceCase(
            service:
                "endpoint_spec {\n mode = \"dnsrr\"\n ports {\n target_port = 80\n published_port = 81\n publish_mode = \"host\"\n }\n}",
            expected: ["EndpointSpec|Mode": "dnsrr"]),
        ServiceCase(
            service:
                "converge_config {\n delay = \"1s\"\n timeout = \"60s\"\n}\nauth {\n server_address = \"r.example\"\n username = \"u\"\n password = \"p\"\n}",
            expected: [:]),
    ]
}
