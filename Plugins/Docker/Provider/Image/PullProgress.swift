import JSON
import Synchronization

/// How far a pull is, as its messages tell.
final class PullProgress: Sendable {
    private struct Layer {
        var current: Int64 = 0
        var total: Int64 = 0
        var isDone = false
    }

    private struct State {
        var layers: [String: Layer] = [:]
        var lastNews = ContinuousClock.now
    }

    /// An image has a few dozens of layers.
    private static let layersMax = 1000

    private let state = Mutex(State())

    func add(_ message: JSONValue) {
        guard let status = message["status"]?.stringValue else { return }
        state.withLock { state in
            state.lastNews = .now
            guard let id = message["id"]?.stringValue else { return }
            var layer = state.layers[id] ?? Layer()
            switch status {
            case "Downloading":
                layer.current = message["progressDetail"]?["current"]?.intValue.map { Int64($0) } ?? layer.current
                layer.total = message["progressDetail"]?["total"]?.intValue.map { Int64($0) } ?? layer.total
            case "Pull complete", "Already exists":
                layer.isDone = true
                layer.current = layer.total
            case "Pulling fs layer", "Waiting", "Verifying Checksum", "Download complete", "Extracting": break
            default: return
            }
            if state.layers[id] != nil || state.layers.count < Self.layersMax { state.layers[id] = layer }
        }
    }

    /// One line: `2 of 5 layers, 12 of 40 MB`.
    var line: String {
        state.withLock { state in
            func megabytes(_ bytes: Int64) -> Int64 { bytes / 1_000_000 }
            let layers = state.layers.values
            let done = layers.count(where: \.isDone)
            let (current, total) = layers.reduce((Int64(0), Int64(0))) { ($0.0 &+ $1.current, $0.1 &+ $1.total) }
            let silence = (ContinuousClock.now - state.lastNews).components.seconds
            return "\(done) of \(layers.count) layers, \(megabytes(current)) of \(megabytes(total)) MB"
                + (silence >= 10 ? "; nothing heard for \(silence) seconds" : "")
        }
    }
}
