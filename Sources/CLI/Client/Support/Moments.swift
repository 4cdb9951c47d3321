/// Times as people say them.
enum Moments {
    /// `3m ago`, `in 2h`; times within a minute are `just now`.
    static func relative(seconds: Int) -> String {
        let amount = duration(seconds: abs(seconds))
        if abs(seconds) < 60 { return "just now" }
        return seconds < 0 ? "\(amount) ago" : "in \(amount)"
    }

    /// The largest one or two units: `45s`, `3m`, `2h15m`, `4d`.
    static func duration(seconds: Int) -> String {
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h" + (seconds % 3600 >= 60 ? "\(seconds % 3600 / 60)m" : "")
        default: return "\(seconds / 86_400)d" + (seconds % 86_400 >= 3600 ? "\(seconds % 86_400 / 3600)h" : "")
        }
    }
}
