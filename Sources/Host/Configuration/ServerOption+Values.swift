extension ServerOption.Kind {
    /// What is wrong with a value; nil if nothing is.
    func problem(_ text: String) -> String? {
        switch self {
        case .text, .path, .list: text.utf8.contains(0) ? "has a zero byte in it" : nil
        case .boolean: Self.boolean(text) == nil ? "is neither true nor false" : nil
        case .integer(let range):
            Int(text).map { range.contains($0) ? nil : "is not from \(range.lowerBound) to \(range.upperBound)" } ?? "is not a whole number"
        case .duration: Self.seconds(text) == nil ? "is not a duration, as 90s, 15m, 1h30m or 24h" : nil
        case .address: text.isEmpty ? nil : Self.addressProblem(text)
        case .url: Self.urlProblem(text)
        }
    }

    /// As Go and YAML write them.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1", "t": true
        case "false", "no", "off", "0", "f", "": false
        default: nil
        }
    }

    /// A duration of whole seconds; nil if it is none, or longer than a century.
    static func seconds(_ text: String) -> Int? {
        if text == "0" { return 0 }
        var total = 0
        var number: Int?
        for character in text.utf8 {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let next = (number ?? 0) * 10 + Int(character - UInt8(ascii: "0"))
                guard next < 4_000_000_000 else { return nil }
                number = next
            case UInt8(ascii: "d"), UInt8(ascii: "h"), UInt8(ascii: "m"), UInt8(ascii: "s"):
                guard let count = number else { return nil }
                let unit = [UInt8(ascii: "d"): 86_400, UInt8(ascii: "h"): 3600, UInt8(ascii: "m"): 60][character] ?? 1
                total += count * unit
                guard total < 4_000_000_000 else { return nil }
                number = nil
            default: return nil
            }
        }
        return number == nil && !text.isEmpty ? total : nil
    }

    private static func addressProblem(_ text: String) -> String? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            return "is not host:port, as 127.0.0.1:3000 or [::]:3000"
        }
        let host = text[..<colon]
        return host.contains(":") && !(host.hasPrefix("[") && host.hasSuffix("]")) ? "has an IPv6 address that is not in brackets" : nil
    }

    private static func urlProblem(_ text: String) -> String? {
        if text.isEmpty { return nil }
        for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
            let host = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            return host.isEmpty || host.contains("@") || host.contains(" ") ? "has no host, or more than one" : nil
        }
        return "is not a URL with http:// or https://"
    }
}
