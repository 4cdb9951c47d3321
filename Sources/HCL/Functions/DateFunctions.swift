/// Functions of dates and times.
enum DateFunctions {
    static let all: [Function] = [formatdate, plantimestamp, timeadd, timecmp, timestamp]

    private static let formatdate = Function("formatdate", [.string("format"), .string("time")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let moment = try timestamp(arguments[1], .strict, argument: 1)
        return .string(try DateFormat.text(of: moment, format: Array(arguments[0].string.utf8)))
    }

    private static let timeadd = Function("timeadd", [.string("timestamp"), .string("duration")], isNeverNull: false, returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let moment = try timestamp(arguments[0], .strict, argument: nil)
        return .string(moment.adding(nanoseconds: try GoDuration.nanoseconds(arguments[1].string)).text)
    }

    private static let timecmp = Function("timecmp", [.string("timestamp_a"), .string("timestamp_b")], returns: .number) {
        (arguments, _, _) throws(FunctionError) in
        let first = try timestamp(arguments[0], .lenient, argument: 0)
        let second = try timestamp(arguments[1], .lenient, argument: 1)
        let (a, b) = ((first.seconds, first.nanoseconds), (second.seconds, second.nanoseconds))
        return .integer(a < b ? -1 : a > b ? 1 : 0)
    }

    private static func timestamp(
        _ value: Value, _ strictness: Timestamp.Strictness, argument: Int?
    ) throws(FunctionError) -> Timestamp {
        do throws(FunctionError) {
            return try Timestamp.parse(value.string, strictness)
        } catch {
            throw FunctionError(argument: argument, error.message)
        }
    }

    private static let timestamp = Function("timestamp", [], returns: .string) { (_, type, environment) throws(FunctionError) in
        environment.timestamp.map { .string($0) } ?? .unknown(type)
    }

    private static let plantimestamp = Function("plantimestamp", [], isNeverNull: false, returns: .string) {
        (_, type, environment) throws(FunctionError) in
        environment.planTimestamp.map { .string($0) } ?? .unknown(type)
    }
}

/// The language of `formatdate`: runs of a letter stand for a part of the date.
private enum DateFormat {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    static func text(of moment: Timestamp, format: [UInt8]) throws(FunctionError) -> String {
        let fields = moment.fields
        var result: [UInt8] = []
        var rest = format[...]
        while let first = rest.first {
            if first == UInt8(ascii: "'") {
                result += try literal(&rest)
            } else if isLetter(first) {
                let run = rest.prefix { $0 == first }
                rest = rest.dropFirst(run.count)
                result += try Array(verb(first, run.count, moment, fields).utf8)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result.text
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) }

    /// What stands in single quotes; two of them stand for one.
    private static func literal(_ rest: inout ArraySlice<UInt8>) throws(FunctionError) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        rest = rest.dropFirst()
        if rest.first == quote {
            rest = rest.dropFirst()
            return [quote]
        }
        var result: [UInt8] = []
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte != quote {
                result.append(byte)
            } else if rest.first == quote {
                result.append(quote)
                rest = rest.dropFirst()
                // At the end of the format, the second of two quotes ends the literal, too.
                if rest.isEmpty { return result }
            } else {
                return result
            }
        }
        throw FunctionError(argument: 0, "unterminated literal '")
    }

    private static func verb(
        _ letter: UInt8, _ count: Int, _ moment: Timestamp, _ fields: Timestamp.Fields
    ) throws(FunctionError) -> String {
        let name = String(repeating: String(Unicode.Scalar(letter)), count: count)
        func refusal(_ reason: String) -> FunctionError {
            FunctionError(argument: 0, "invalid date format verb \(name.goQuoted)" + (reason.isEmpty ? "" : ": \(reason)"))
        }
        func number(_ number: Int, _ what: String) throws(FunctionError) -> String {
            let letter = String(Unicode.Scalar(letter))
            guard count <= 2 else { throw refusal("\(what) must either be \"\(letter)\" or \"\(letter)\(letter)\"") }
            return Timestamp.padded(number, count)
        }
        switch Unicode.Scalar(letter) {
        case "Y" where count == 2: return Timestamp.padded(fields.year % 100, 2)
        case "Y" where count == 4: return Timestamp.padded(fields.year, 4)
        case "Y": throw refusal("year must either be \"YY\" or \"YYYY\"")
        case "M" where count <= 2: return Timestamp.padded(fields.month, count)
        case "M" where count == 3: return String(months[fields.month - 1].prefix(3))
        case "M" where count == 4: return months[fields.month - 1]
        case "M": throw refusal("month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"")
        case "D": return try number(fields.day, "day of month")
        case "E" where count == 3: return String(weekdays[fields.weekday].prefix(3))
        case "E" where count == 4: return weekdays[fields.weekday]
        case "E": throw refusal("day of week must either be \"EEE\" or \"EEEE\"")
        case "h": return try number(fields.hour, "24-hour")
        case "H": return try number((fields.hour + 11) % 12 + 1, "12-hour")
        case "A", "a":
            let pair = String(repeating: String(name.prefix(1)), count: 2)
            guard count == 2 else { throw refusal("must be \"\(pair)\"") }
            let half = fields.hour < 12 ? "am" : "pm"
            return letter == UInt8(ascii: "A") ? half.uppercased() : half
        case "m": return try number(fields.minute, "minute")
        case "s": return try number(fields.second, "second")
        case "Z" where count == 1: return moment.offsetSeconds == 0 ? "Z" : moment.offsetText(colon: true)
        case "Z" where count == 3: return moment.offsetSeconds == 0 ? "UTC" : moment.offsetText(colon: false)
        case "Z" where count == 4: return moment.offsetText(colon: false)
        case "Z" where count == 5: return moment.offsetText(colon: true)
        case "Z": throw refusal("timezone must be Z, ZZZZ, or ZZZZZ")
        default: throw refusal("")
        }
    }
}
