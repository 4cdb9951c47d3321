import Glibc

/// What this process holds.
struct Usage {
    var descriptors: Int
    var threads: Int

    /// The numbers, when they have come to rest: threads that end take a moment.
    static func settled(notAbove other: Usage?) -> Usage {
        var now = current
        for _ in 0..<50 {
            usleep(10_000)
            let next = current
            let isFine = other.map { next.threads <= $0.threads } ?? (next.threads == now.threads)
            now = next
            if isFine { break }
        }
        return now
    }

    private static var current: Usage {
        Usage(descriptors: entries("/proc/self/fd"), threads: entries("/proc/self/task"))
    }

    private static func entries(_ directory: String) -> Int {
        guard let stream = opendir(directory) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        return count
    }
}
