import JSON
import Synchronization

/// How far the layers of an image have come on their way from or to a registry, as the engine's messages tell.
final class TransferProgress: Sendable {
    private struct Layer {
        /// What the engine calls what it is doing: `Downloading`.
        var phase = ""
        var current: UInt64 = 0
        var total: UInt64 = 0
        var isDone = false
        /// When its bytes or its phase last changed.
        var lastNews = ContinuousClock.now
    }

    private struct State {
        var layers: [String: Layer] = [:]
        var lastNews = ContinuousClock.now
        /// The engine's address of what was sent.
        var digest: String?
    }

    /// An image has a few dozens of layers.
    private static let layersMax = 1000
    /// What ends the way of a layer.
    private static let ends: Set = ["Pull complete", "Already exists", "Pushed", "Layer already exists"]
    private static let phases: Set = [
        "Pulling fs layer", "Waiting", "Downloading", "Verifying Checksum", "Download complete", "Extracting", "Preparing", "Pushing",
    ]

    private let state = Mutex(State())

    func add(_ message: JSONValue) {
        state.withLock { state in
            if let digest = message["aux"]?["Digest"]?.stringValue { state.digest = digest }
            guard let status = message["status"]?.stringValue, let id = message["id"]?.stringValue else { return }
            let isEnd = Self.ends.contains(status) || status.hasPrefix("Mounted from")
            guard isEnd || Self.phases.contains(status) || status.hasPrefix("Retrying in") else { return }
            guard state.layers[id] != nil || state.layers.count < Self.layersMax else { return }
            var layer = state.layers[id] ?? Layer()
            let before = (layer.phase, layer.current)
            layer.phase = status
            switch status {
            case "Downloading", "Pushing":
                // Sizes of what is pushed are guesses, and -1 means unknown.
                if let total = Self.bytes(message, "total") { layer.total = total }
                if let current = Self.bytes(message, "current") { layer.current = min(current, max(layer.total, layer.current)) }
            // A layer that begins anew says so with smaller numbers.
            case "Download complete": layer.current = layer.total
            default: if isEnd { (layer.current, layer.isDone) = (layer.total, true) }
            }
            if status == "Extracting" || (layer.phase, layer.current) != before {
                layer.lastNews = .now
                state.lastNews = .now
            }
            state.layers[id] = layer
        }
    }

    private static func bytes(_ message: JSONValue, _ member: String) -> UInt64? {
        message["progressDetail"]?[member]?.intValue.flatMap { UInt64(exactly: $0) }
    }

    /// The digest that a registry gave to what was pushed.
    var digest: String? { state.withLock(\.digest) }

    /// What is known at one moment.
    struct Snapshot: Sendable, Equatable {
        var layersDone = 0
        var layers = 0
        var done: UInt64 = 0
        var total: UInt64 = 0

        /// `3 of 7 layers, 120 of 400 MB`
        var text: String {
            if layers == 0 { return "no layers yet" }
            let unit: (UInt64, String) = total < 1_000_000 ? (1000, "kB") : (1_000_000, "MB")
            return "\(layersDone) of \(layers) layers, \(done / unit.0) of \(total / unit.0) \(unit.1)"
        }
    }

    var snapshot: Snapshot {
        state.withLock { state in
            state.layers.values.reduce(into: Snapshot(layers: state.layers.count)) { snapshot, layer in
                snapshot.layersDone += layer.isDone ? 1 : 0
                snapshot.done &+= layer.current
                snapshot.total &+= layer.total
            }
        }
    }

    /// Where nothing moves any more: since when, and which layer is on its way; nil as long as something does.
    func stall(after limit: Duration) -> (silence: Duration, text: String)? {
        state.withLock { state in
            let silence = ContinuousClock.now - state.lastNews
            guard silence >= limit else { return nil }
            // What is being transferred says more than what waits for its turn.
            let open = state.layers.filter { !$0.value.isDone && !["Waiting", "Pulling fs layer"].contains($0.value.phase) }
            guard let (id, layer) = open.min(by: { ($0.value.lastNews, $0.key) < ($1.value.lastNews, $1.key) }) else {
                return (silence, "waiting for the registry")
            }
            let amount = layer.total > 0 ? ", at \(layer.current / 1000) of \(layer.total / 1000) kB" : ""
            return (silence, "layer \(id): \(layer.phase)\(amount)")
        }
    }
}
