import Glibc
import JSON
import Synchronization

/// Where the pretended cloud is, and which mishaps happen.
struct SimConfiguration: Sendable {
    static let schema: JSONValue = [
        "type": "object",
        "additionalProperties": false,
        "required": ["backend"],
        "properties": [
            "backend": [
                "type": "string", "pattern": "^/", "description": "file that holds the simulated objects; absolute",
            ],
            "seed": ["type": "integer", "minimum": 0, "description": "moves the latency of each call; the same seed gives the same run"],
            "latency_ms": [
                "type": "integer", "minimum": 0, "maximum": 60000, "description": "longest time that a call of the backend takes",
            ],
            "refused_calls": [
                "type": "array", "items": ["type": "integer", "minimum": 1],
                "description": "calls of the backend that fail, counted from 1",
            ],
            "lost_answers": [
                "type": "array", "items": ["type": "integer", "minimum": 1],
                "description": "calls that the backend carries out without saying so",
            ],
            "crashes": [
                "type": "array",
                "description": "the process kills itself around the n-th call of the host in an operation",
                "items": [
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["operation", "call", "when"],
                    "properties": [
                        "operation": ["enum": ["plan", "apply", "destroy", "read", "recover", "resize"]],
                        "call": ["type": "integer", "minimum": 1],
                        "when": ["enum": ["before", "after"]],
                    ],
                ],
            ],
        ],
    ]

    struct Crash: Sendable {
        var operation: String
        var call: Int
        var isAfter: Bool
    }

    var backend: String
    var seed: UInt64
    private var latencyMaxMilliseconds: Int
    var refusedCalls: Set<Int>
    var lostAnswers: Set<Int>
    var crashes: [Crash]

    /// - Parameter json: fits ``schema``; what does not is left at its default.
    init?(_ json: JSONValue) {
        guard let backend = json["backend"]?.stringValue, backend.hasPrefix("/") else { return nil }
        self.backend = backend
        seed = json["seed"]?.uintValue ?? 0
        latencyMaxMilliseconds = json["latency_ms"]?.intValue ?? 0
        refusedCalls = Set((json["refused_calls"]?.arrayValue ?? []).compactMap(\.intValue))
        lostAnswers = Set((json["lost_answers"]?.arrayValue ?? []).compactMap(\.intValue))
        crashes = (json["crashes"]?.arrayValue ?? []).compactMap { crash in
            guard let operation = crash["operation"]?.stringValue, let call = crash["call"]?.intValue else { return nil }
            return Crash(operation: operation, call: call, isAfter: crash["when"]?.stringValue == "after")
        }
    }

    /// How long the next call of the backend takes.
    var latencyMilliseconds: Int { latencyMaxMilliseconds == 0 ? 0 : Int(seed % UInt64(latencyMaxMilliseconds + 1)) }
}

/// Counts calls from 1; may be shared.
final class SimCounter: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
