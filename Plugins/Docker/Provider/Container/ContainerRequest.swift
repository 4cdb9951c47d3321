import HCL
import JSON
import ProviderKit

/// What the engine is asked to make: a `docker_container` as the body of a request.
struct ContainerRequest {
    let planned: Value
    let operation: ProviderOperation
    /// Variables that the template does not know of.
    var environment: [String] = []

    var body: JSONValue {
        var body = configuration
        body["HostConfig"] = host
        return body
    }

    /// What belongs to the container wherever it runs.
    private var configuration: JSONValue {
        var body: JSONValue = ["Labels": DockerLabels.all(planned, operation)]
        for (name, member) in [
            ("image", "Image"), ("hostname", "Hostname"), ("domainname", "Domainname"), ("tty", "Tty"), ("stdin_open", "OpenStdin"),
            ("stop_signal", "StopSignal"), ("env", "Env"), ("command", "Cmd"), ("entrypoint", "Entrypoint"), ("user", "User"),
            ("working_dir", "WorkingDir"),
        ] { body.put(member, planned.json(name)) }
        if !environment.isEmpty { body["Env"] = JSONValue(strings: (body["Env"]?.stringList ?? []) + environment) }
        // Zero means something here: kill at once.
        body.put("StopTimeout", planned.integer("stop_timeout").map { JSONValue($0) })
        let ports = Set(planned.blocks("ports").map(Self.port))
        if !ports.isEmpty { body["ExposedPorts"] = .object(Dictionary(uniqueKeysWithValues: ports.map { ($0, [:]) })) }
        body.put("Healthcheck", planned.blocks("healthcheck").first.map(Self.healthcheck))
        return body
    }

    private static func healthcheck(_ block: Value) -> JSONValue {
        var check: JSONValue = [:]
        check.put("Test", block.json("test"))
        check.put("Retries", block.json("retries"))
        for (name, member) in [
            ("interval", "Interval"), ("timeout", "Timeout"), ("start_period", "StartPeriod"), ("start_interval", "StartInterval"),
        ] {
            // The schema has judged the text.
            guard let text = block.string(name), let duration = try? GoDuration.nanoseconds(text), duration > 0 else { continue }
            check[member] = .integer(duration)
        }
        return check
    }

    /// `80/tcp`
    static func port(_ block: Value) -> String { "\(block.integer("internal") ?? 0)/\(block.string("protocol") ?? "tcp")" }

    static func ulimit(_ block: Value) -> JSONValue {
        [
            "Name": .string(block.string("name") ?? ""), "Soft": JSONValue(block.integer("soft") ?? 0),
            "Hard": JSONValue(block.integer("hard") ?? 0),
        ]
    }

    /// Billionths of a processor, of `1.5`; nil if the text is no such number.
    static func nanoCPUs(_ text: String) -> Int64? {
        guard let match = text.wholeMatch(of: /(?<whole>[0-9]{1,6})?(?:\.(?<part>[0-9]{0,9}))?/), !text.isEmpty, text != "." else {
            return nil
        }
        let part = String(match.part ?? "")
        let digits = part + String(repeating: "0", count: 9 - part.count)
        guard let whole = Int64(match.whole ?? "0"), let billionths = Int64(digits) else { return nil }
        return whole * 1_000_000_000 + billionths
    }
}
