import Glibc
import HCL
import ProviderKit

/// From when on a log is wanted: the engine wants seconds since 1970, and people have other ways to say it.
enum LogMoment {
    /// Of a moment in RFC 3339, a time before now (`10m`) or seconds; empty of an empty text.
    static func seconds(_ text: String, at path: AttributePath? = nil) throws(ProviderError) -> String {
        if text.isEmpty || text.wholeMatch(of: /[0-9]{1,18}(?:\.[0-9]{1,9})?/) != nil { return text }
        if let duration = try? GoDuration.nanoseconds(text) {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            return String(Int64(now.tv_sec) - duration / 1_000_000_000)
        }
        do {
            let moment = try Timestamp.parse(text, .lenient)
            return "\(moment.seconds).\(Timestamp.padded(moment.nanoseconds, 9))"
        } catch {
            throw ProviderError(
                "Invalid moment",
                "\(text.goQuoted) is no moment (2026-01-31T10:00:00Z), no time before now (10m), and no number of seconds.",
                at: path)
        }
    }
}
