import Glibc

/// When a script runs by the clock: `second minute hour day month weekday`, or a name such as `@daily`.
package struct CronSchedule: Sendable, Hashable {
    /// Bits of the values that match, one set for each field.
    private var fields: [UInt64] = []
    /// Whether days and weekdays are limited: if both are, one of them has to match.
    private var limitsDay = false
    private var limitsWeekday = false
    /// For `@every`: seconds between runs.
    private var every: Int?

    private static let ranges = [0...59, 0...59, 0...23, 1...31, 1...12, 0...7]
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let names = [
        "@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *", "@weekly": "0 0 0 * * 0",
        "@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *", "@hourly": "0 0 * * * *",
    ]

    package init(_ text: String) throws(AgentError) {
        func wrong(_ why: String) -> AgentError { AgentError("\"\(text.prefix(100))\" is no schedule: \(why)") }
        if text.hasPrefix("@every ") {
            guard let seconds = Self.seconds(text.dropFirst(7)), seconds > 0 else { throw wrong("@every wants a time such as 1h30m") }
            every = seconds
            return
        }
        guard let expression = text.hasPrefix("@") ? Self.names[text] : text else { throw wrong("the name is unknown") }
        var words = expression.split(whereSeparator: \.isWhitespace)
        // Five fields are what crontab takes: on the minute.
        if words.count == 5 { words.insert("0", at: 0) }
        guard words.count == 6 else { throw wrong("it has \(words.count) fields, not 6") }
        for (index, word) in words.enumerated() {
            guard let bits = Self.bits(word.lowercased(), index) else { throw wrong("\"\(word)\" cannot stand in field \(index + 1)") }
            fields.append(bits)
        }
        limitsDay = !words[3].hasPrefix("*") && words[3] != "?"
        limitsWeekday = !words[5].hasPrefix("*") && words[5] != "?"
        // Sunday has two numbers.
        if fields[5] & 1 << 7 != 0 { fields[5] |= 1 }
    }

    private static func bits(_ word: String, _ index: Int) -> UInt64? {
        let range = ranges[index]
        func value(_ text: Substring) -> Int? {
            if index == 4, let month = months.firstIndex(of: String(text)) { return month + 1 }
            if index == 5, let day = weekdays.firstIndex(of: String(text)) { return day }
            return Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        var bits: UInt64 = 0
        for part in word.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let step = pieces.count > 1 ? Int(pieces[1]) : 1
            guard let step, step > 0 else { return nil }
            let span: ClosedRange<Int>
            if pieces[0] == "*" || pieces[0] == "?" {
                span = range
            } else {
                let ends = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                guard let first = value(ends[0]) else { return nil }
                let last = ends.count > 1 ? value(ends[1]) : pieces.count > 1 ? range.upperBound : first
                guard let last, first <= last else { return nil }
                span = first...last
            }
            for number in stride(from: span.lowerBound, through: span.upperBound, by: step) { bits |= 1 << UInt64(number) }
        }
        return bits
    }

    private static func seconds(_ text: Substring) -> Int? {
        var (total, number) = (0, 0)
        var hasNumber = false
        for character in text {
            if let digit = character.wholeNumberValue, character.isASCII {
                guard number < 1_000_000 else { return nil }
                number = number * 10 + digit
                hasNumber = true
                continue
            }
            guard hasNumber, let unit = ["h": 3600, "m": 60, "s": 1][character] else { return nil }
            total += number * unit
            (number, hasNumber) = (0, false)
        }
        return hasNumber ? nil : total
    }

    /// Whether it runs in a second of the local time, or so long after the agent began.
    package func matches(second unix: Int, began: Int) -> Bool {
        if let every { return unix > began && (unix - began) % every == 0 }
        var time = time_t(unix)
        var parts = tm()
        localtime_r(&time, &parts)
        func has(_ field: Int, _ value: Int32) -> Bool { fields[field] & 1 << UInt64(value) != 0 }
        guard has(0, min(parts.tm_sec, 59)), has(1, parts.tm_min), has(2, parts.tm_hour), has(4, parts.tm_mon + 1) else { return false }
        let (day, weekday) = (has(3, parts.tm_mday), has(5, parts.tm_wday))
        return limitsDay && limitsWeekday ? day || weekday : day && weekday
    }
}
