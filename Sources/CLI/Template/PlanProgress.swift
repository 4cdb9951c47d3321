import Synchronization
import TemplateEngine

/// Says on standard error what a plan waits for, once that takes long.
final class PlanProgress: Sendable {
    private let reading = Mutex<[String]>([])

    /// For the engine.
    func received(_ event: EngineEvent) {
        switch event {
        case .reading(let address), .refreshing(let address): reading.withLock { $0.append(address) }
        case .read(let address), .failed(let address, _): reading.withLock { $0.removeAll { $0 == address } }
        case .output(let address, let line): Terminal.note("\(address): \(line)")
        // Lines tell the same, less often.
        case .progress: break
        case .applying, .applied, .provisioning: break
        }
    }

    /// Runs `body`, and tells every few seconds what is still being read.
    func during<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
        await withTaskGroup(of: T?.self) { group in
            group.addTask { await body() }
            group.addTask {
                // Ends when the group is cancelled, which is when there is a result.
                while (try? await Task.sleep(for: .seconds(3))) != nil {
                    let names = self.reading.withLock { $0 }
                    if !names.isEmpty { Terminal.note("still reading \(names.joined(separator: ", "))") }
                }
                return nil
            }
            var result: T?
            while result == nil, let next = await group.next() { result = next ?? result }
            group.cancelAll()
            guard let result else { preconditionFailure("the first task of the group gives a result") }
            return result
        }
    }
}
