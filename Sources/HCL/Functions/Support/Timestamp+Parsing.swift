extension Timestamp {
    /// Which mistakes are found, and how they are called.
    package enum Strictness {
        /// As `formatdate` and `timeadd` read: RFC 3339 to the letter.
        case strict
        /// As `timecmp` reads: hours may have one digit, and a comma may begin a fraction.
        case lenient
    }

    /// Reads RFC 3339; the error is what messages say.
    package static func parse(_ text: String, _ strictness: Strictness) throws(FunctionError) -> Timestamp {
        do throws(Fault) {
            var reader = Reader(rest: Array(text.utf8)[...])
            let result = try reader.read()
            if strictness == .strict { try checkStrictly(Array(text.utf8)) }
            return result
        } catch {
            throw FunctionError("not a valid RFC3339 timestamp" + error.message(strictness))
        }
    }

    /// What the lenient reading lets pass.
    private static func checkStrictly(_ bytes: [UInt8]) throws(Fault) {
        if bytes[12] == UInt8(ascii: ":") { throw Fault("hour", bytes[11...11]) }
        if bytes[19] == UInt8(ascii: ",") { throw Fault("timestamp segment", bytes[19...19]) }
        if bytes.last != UInt8(ascii: "Z") {
            let zone = bytes.suffix(6).map { Int($0) - 0x30 }
            if zone[1] * 10 + zone[2] >= 24 || zone[4] * 10 + zone[5] >= 60 { throw Fault("UTC offset", bytes.suffix(6)) }
        }
    }

    private struct Fault: Error {
        /// The part that could not be read; nil if the date does not exist.
        var part: String?
        /// What stood in its place.
        var found: String
        var isSeparator = false

        init(_ part: String?, _ found: some Sequence<UInt8>, isSeparator: Bool = false) {
            self.part = part
            self.found = found.text
            self.isSeparator = isSeparator
        }

        func message(_ strictness: Strictness) -> String {
            guard let part else { return ": day out of range" }
            if isSeparator {
                if part == "T" { return ": missing required time introducer 'T'" }
                return found.isEmpty
                    ? ": end of string where \(part.goQuoted) is expected"
                    : ": found \(found.goQuoted) where \(part.goQuoted) is expected"
            }
            if found.isEmpty { return ": end of string before \(part)" }
            if strictness == .strict {
                if part == "hour", found.contains(":") { return ": hour must be between 0 and 23 inclusive" }
                if part == "hour" || part == "minute", found.utf8.count != 2 { return ": \(part) must have exactly two digits" }
            }
            return ": cannot use \(found.goQuoted) as \(part)"
        }
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func read() throws(Fault) -> Timestamp {
            guard rest.count >= 4, let year = number(rest.prefix(4)) else { throw Fault("year", rest) }
            rest = rest.dropFirst(4)
            try separator("-")
            let month = try field("month", in: 1...12)
            try separator("-")
            let day = try field("day of month", in: nil)
            try separator("T")
            let hour = try field("hour", in: 0...23, isFixed: false)
            try separator(":")
            let minute = try field("minute", in: 0...59)
            try separator(":")
            let second = try field("second", in: 0...59)
            let nanoseconds = fraction()
            let offset = try zone()
            if !rest.isEmpty { throw Fault("timestamp segment", rest) }
            guard day >= 1, day <= Timestamp.daysInMonth(month, year: Int64(year)) else { throw Fault(nil, rest) }
            return Timestamp(
                year: Int64(year), month: month, day: day, hour: hour, minute: minute, second: second, nanoseconds: nanoseconds,
                offsetSeconds: offset)
        }

        private func number(_ digits: some Collection<UInt8>) -> Int? {
            guard digits.allSatisfy(Self.isDigit) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }

        private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

        private mutating func separator(_ character: Unicode.Scalar) throws(Fault) {
            guard let byte = rest.first, byte == UInt8(ascii: character) else {
                throw Fault(String(character), rest, isSeparator: true)
            }
            rest = rest.dropFirst()
        }

        /// A number of two digits, or perhaps of one.
        private mutating func field(_ name: String, in range: ClosedRange<Int>?, isFixed: Bool = true) throws(Fault) -> Int {
            let digits = rest.prefix(2).prefix(while: Self.isDigit)
            guard digits.count == 2 || (digits.count == 1 && !isFixed), let number = number(digits) else { throw Fault(name, rest) }
            rest = rest.dropFirst(digits.count)
            if let range, !range.contains(number) { throw Fault(name, rest) }
            return number
        }

        /// A fraction of a second, of which nine digits count.
        private mutating func fraction() -> Int64 {
            guard rest.count >= 2, rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") else { return 0 }
            let digits = rest.dropFirst().prefix(while: Self.isDigit)
            guard !digits.isEmpty else { return 0 }
            rest = rest.dropFirst(digits.count + 1)
            var result: Int64 = 0
            for index in 0..<9 { result = result * 10 + (index < digits.count ? Int64(digits[digits.startIndex + index]) - 0x30 : 0) }
            return result
        }

        private mutating func zone() throws(Fault) -> Int64 {
            if rest.first == UInt8(ascii: "Z") {
                rest = rest.dropFirst()
                return 0
            }
            let bytes = Array(rest.prefix(6))
            guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1...2]), let minutes = number(bytes[4...5])
            else { throw Fault("UTC offset", rest) }
            let sign: Int64
            switch bytes[0] {
            case UInt8(ascii: "+"): sign = 1
            case UInt8(ascii: "-"): sign = -1
            default: throw Fault("UTC offset", rest)
            }
            rest = rest.dropFirst(6)
            if hours > 24 || minutes > 60 { throw Fault("UTC offset", rest) }
            return sign * Int64(hours * 3600 + minutes * 60)
        }
    }
}
