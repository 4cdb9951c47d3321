/// A moment in UTC, and the offset in which it was written.
package struct Timestamp: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z.
    package var seconds: Int64
    package var nanoseconds: Int64
    package var offsetSeconds: Int64

    /// What a calendar and a clock show at the offset.
    package struct Fields: Sendable {
        package var year: Int64
        package var month: Int
        package var day: Int
        package var hour: Int
        package var minute: Int
        package var second: Int
        /// 0 is Sunday.
        package var weekday: Int
    }

    package init(year: Int64, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanoseconds: Int64, offsetSeconds: Int64) {
        let days = Self.days(year: year, month: month, day: day)
        let clock = Int64(hour * 3600 + minute * 60 + second)
        self.seconds = days * 86_400 + clock - offsetSeconds
        self.nanoseconds = nanoseconds
        self.offsetSeconds = offsetSeconds
    }

    /// The moment some nanoseconds later.
    package func adding(nanoseconds duration: Int64) -> Timestamp {
        var result = self
        let sum = nanoseconds + duration % 1_000_000_000
        result.seconds += duration / 1_000_000_000 + Self.quotient(sum, 1_000_000_000)
        result.nanoseconds = sum - Self.quotient(sum, 1_000_000_000) * 1_000_000_000
        return result
    }

    package var fields: Fields {
        let local = seconds + offsetSeconds
        let days = Self.quotient(local, 86_400)
        let clock = Int(local - days * 86_400)
        // The calendar's eras of 400 years begin in March, so that the leap day is the last one of a year.
        let shifted = days + 719_468
        let era = Self.quotient(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        return Fields(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1),
            hour: clock / 3600, minute: clock / 60 % 60, second: clock % 60,
            weekday: Int((days % 7 + 11) % 7))
    }

    /// In RFC 3339, without fractions of a second.
    package var text: String {
        let fields = fields
        let date = "\(Self.padded(fields.year, 4))-\(Self.padded(fields.month, 2))-\(Self.padded(fields.day, 2))"
        let clock = "\(Self.padded(fields.hour, 2)):\(Self.padded(fields.minute, 2)):\(Self.padded(fields.second, 2))"
        return "\(date)T\(clock)\(offsetSeconds == 0 ? "Z" : offsetText(colon: true))"
    }

    /// The offset as `+01:00` or `+0100`.
    func offsetText(colon: Bool) -> String {
        let minutes = offsetSeconds.magnitude / 60
        return (offsetSeconds < 0 ? "-" : "+") + Self.padded(minutes / 60, 2) + (colon ? ":" : "") + Self.padded(minutes % 60, 2)
    }

    package static func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
        let text = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    package static func daysInMonth(_ month: Int, year: Int64) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func days(year: Int64, month: Int, day: Int) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = quotient(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Division that rounds down.
    private static func quotient(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        dividend / divisor - (dividend % divisor < 0 ? 1 : 0)
    }
}
