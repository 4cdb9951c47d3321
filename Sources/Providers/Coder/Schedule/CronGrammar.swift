import HCL

/// Which texts are schedules of `cron`, and what is wrong with one that is not; in the words of the library that the published
/// provider uses (`robfig/cron`).
struct CronGrammar: Sendable {
    /// A field: what it may hold.
    struct Field: Sendable {
        var range: ClosedRange<Int>
        /// Names for numbers, the first for the least.
        var names: [String] = []

        static let second = Field(range: 0...59)
        static let minute = Field(range: 0...59)
        static let hour = Field(range: 0...23)
        static let dayOfMonth = Field(range: 1...31)
        static let month = Field(
            range: 1...12, names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        static let dayOfWeek = Field(range: 0...6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
    }

    private struct Fault: Error {
        var reason: String
    }

    var fields: [Field]
    /// Whether the day of the week may be left out.
    var isLastOptional: Bool
    /// Whether `@daily` and the like are allowed.
    var hasDescriptors: Bool

    private static let days: [Field] = [.minute, .hour, .dayOfMonth, .month, .dayOfWeek]
    /// Of scripts: with seconds.
    static let script = CronGrammar(fields: [.second] + days, isLastOptional: true, hasDescriptors: true)
    /// As in Unix.
    static let unix = CronGrammar(fields: days, isLastOptional: true, hasDescriptors: true)
    /// Of workspaces that are built ahead.
    static let prebuilds = CronGrammar(fields: days, isLastOptional: false, hasDescriptors: false)

    static func fields(of text: String) -> [String] {
        text.unicodeScalars.split { $0.properties.isWhitespace }.map { String(String.UnicodeScalarView($0)) }
    }

    /// What is wrong with a text; nil if it is a schedule.
    func fault(in text: String) -> String? {
        do throws(Fault) {
            try check(text)
            return nil
        } catch {
            return error.reason
        }
    }

    private func check(_ text: String) throws(Fault) {
        if text.isEmpty { throw Fault(reason: "empty spec string") }
        var text = text
        if let prefix = ["TZ=", "CRON_TZ="].first(where: { text.hasPrefix($0) }) {
            let zone = text.dropFirst(prefix.count).prefix { $0 != " " }
            if let fault = TimeZoneNames.fault(in: String(zone)) {
                throw Fault(reason: "provided bad location \(zone): \(fault)")
            }
            text = String(text.dropFirst(prefix.count + zone.count).drop { $0 == " " })
        }
        if text.hasPrefix("@") { return try checkDescriptor(text) }
        var words = Self.fields(of: text)
        let least = fields.count - (isLastOptional ? 1 : 0)
        guard (least...fields.count).contains(words.count) else {
            let expected = isLastOptional ? "\(least) to \(fields.count)" : "exactly \(least)"
            throw Fault(reason: "expected \(expected) fields, found \(words.count): [\(words.joined(separator: " "))]")
        }
        if words.count < fields.count { words.append("*") }
        for (word, field) in zip(words, fields) {
            for part in word.split(separator: ",") { try check(String(part), field) }
        }
    }

    private func checkDescriptor(_ text: String) throws(Fault) {
        guard hasDescriptors else { throw Fault(reason: "parser does not accept descriptors: \(text)") }
        if ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"].contains(text) { return }
        guard text.hasPrefix("@every ") else { throw Fault(reason: "unrecognized descriptor: \(text)") }
        do throws(FunctionError) {
            _ = try GoDuration.nanoseconds(String(text.dropFirst("@every ".count)))
        } catch {
            throw Fault(reason: "failed to parse duration \(text): \(error.message)")
        }
    }

    /// A number, `*`, or a range, perhaps with a step: `1-30/5`.
    private func check(_ text: String, _ field: Field) throws(Fault) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
        var (start, end) = (field.range.lowerBound, field.range.upperBound)
        if bounds[0] != "*", bounds[0] != "?" {
            start = try number(bounds[0], field)
            guard bounds.count <= 2 else { throw Fault(reason: "too many hyphens: \(text)") }
            end = bounds.count == 2 ? try number(bounds[1], field) : start
        }
        guard parts.count <= 2 else { throw Fault(reason: "too many slashes: \(text)") }
        var step = 1
        if parts.count == 2 {
            step = try integer(parts[1])
            if bounds.count == 1 { end = field.range.upperBound }
        }
        if start < field.range.lowerBound {
            throw Fault(reason: "beginning of range (\(start)) below minimum (\(field.range.lowerBound)): \(text)")
        }
        if end > field.range.upperBound {
            throw Fault(reason: "end of range (\(end)) above maximum (\(field.range.upperBound)): \(text)")
        }
        if start > end { throw Fault(reason: "beginning of range (\(start)) beyond end of range (\(end)): \(text)") }
        if step == 0 { throw Fault(reason: "step of range should be a positive number: \(text)") }
    }

    private func number(_ text: String, _ field: Field) throws(Fault) -> Int {
        if let index = field.names.firstIndex(of: text.lowercased()) { return field.range.lowerBound + index }
        return try integer(text)
    }

    private func integer(_ text: String) throws(Fault) -> Int {
        guard let number = GoNumber.integer(text) else {
            throw Fault(reason: "failed to parse int from \(text): \(GoNumber.integerFault(text))")
        }
        if number < 0 { throw Fault(reason: "negative number (\(number)) not allowed: \(text)") }
        return number
    }
}
