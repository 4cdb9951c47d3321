import HCL

/// Whether schedules of five fields meet: at no time may two of them say how many workspaces are kept ready.
enum ScheduleOverlap {
    private struct Fault: Error {
        var reason: String
    }

    /// What is wrong with schedules taken together; nil if nothing is.
    static func fault(in schedules: [String]) -> String? {
        do throws(Fault) {
            for (index, first) in schedules.enumerated() {
                for second in schedules.dropFirst(index + 1) where try overlap(first, second) {
                    return "schedules overlap: \(first) and \(second)"
                }
            }
            return nil
        } catch {
            return "invalid schedule: \(error.reason)"
        }
    }

    private static func overlap(_ first: String, _ second: String) throws(Fault) -> Bool {
        let (a, b) = (try fields(first), try fields(second))
        guard try meet(a[3], b[3], max: 12, "month"), try daysMeet(a, b) else { return false }
        return try meet(a[1], b[1], max: 23, "hour")
    }

    private static func fields(_ schedule: String) throws(Fault) -> [String] {
        let fields = CronGrammar.fields(of: schedule)
        guard fields.count == 5 else {
            let expected = "expected 5 fields (minute hour day-of-month month day-of-week)"
            throw Fault(reason: "schedule \(schedule.goQuoted) has \(fields.count) fields, \(expected)")
        }
        return fields
    }

    /// A day counts if it is one of the month's or of the week's; a star leaves it to the other.
    private static func daysMeet(_ a: [String], _ b: [String]) throws(Fault) -> Bool {
        if a[2] == "*" || b[2] == "*" { return try meet(a[4], b[4], max: 6, "day") }
        if a[4] == "*" || b[4] == "*" { return try meet(a[2], b[2], max: 31, "day") }
        let month = try meet(a[2], b[2], max: 31, "day")
        let week = try meet(a[4], b[4], max: 6, "day")
        return month || week
    }

    private static func meet(_ a: String, _ b: String, max: Int, _ what: String) throws(Fault) -> Bool {
        do throws(Fault) {
            return !(try values(a, max: max)).isDisjoint(with: try values(b, max: max))
        } catch {
            throw Fault(reason: "invalid \(what) range: \(error.reason)")
        }
    }

    private static func values(_ field: String, max: Int) throws(Fault) -> Set<Int> {
        if field == "*" { return Set(0...max) }
        var result: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
            guard bounds.count > 1 else {
                let value = try integer(bounds[0], "invalid value")
                guard (0...max).contains(value) else { throw Fault(reason: "invalid value \(value): must be between 0 and \(max)") }
                result.insert(value)
                continue
            }
            let start = try integer(bounds[0], "invalid start value in range")
            let end = try integer(bounds[1], "invalid end value in range")
            guard start >= 0, end <= max, start <= end else {
                throw Fault(reason: "invalid range \(start)-\(end): values must be between 0 and \(max)")
            }
            result.formUnion(start...end)
        }
        return result
    }

    private static func integer(_ text: String, _ what: String) throws(Fault) -> Int {
        guard let number = GoNumber.integer(text) else { throw Fault(reason: "\(what): \(GoNumber.integerFault(text))") }
        return number
    }
}
