import Glibc
import HCL
package import ProviderKit

/// `hashicorp/time`: moments that stay as they are once taken, and waiting.
package struct TimeProvider: Provider {
    package static let source = "hashicorp/time"

    private let types: [String: any ResourceType]

    package init() { self.init(clock: WallClock()) }

    init(clock: any MomentSource) {
        types = [
            "time_offset": TimeOffset(clock: clock),
            "time_rotating": TimeRotating(clock: clock),
            "time_sleep": TimeSleep(clock: clock),
            "time_static": TimeStatic(clock: clock),
        ]
    }

    package var resourceTypeNames: [String] { types.keys.sorted() }

    package func resourceType(_ name: String) -> (any ResourceType)? { types[name] }
}

/// Tells what time it is.
protocol MomentSource: Sendable {
    /// Seconds since 1970.
    func now() -> Int64
}

/// The clock of the system.
struct WallClock: MomentSource {
    func now() -> Int64 { Int64(time(nil)) }
}

extension MomentSource {
    var moment: Timestamp {
        var moment = Timestamp(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanoseconds: 0, offsetSeconds: 0)
        moment.seconds = now()
        return moment
    }
}

extension Timestamp {
    /// A configured moment; nil if there is none.
    static func moment(_ value: Value) throws(ProviderError) -> Timestamp? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        do throws(FunctionError) {
            return try parse(text, .strict)
        } catch {
            throw ProviderError(finding(text, error.message, at: nil))
        }
    }

    /// The findings about attributes that must be moments.
    static func findings(_ names: [String], in configuration: Value) -> [ProviderFinding] {
        names.compactMap { name in
            guard let text = configuration.string(name) else { return nil }
            do throws(FunctionError) {
                _ = try parse(text, .strict)
                return nil
            } catch {
                return finding(text, error.message, at: .attribute(name)).first
            }
        }
    }

    private static func finding(_ text: String, _ reason: String, at path: AttributePath?) -> [ProviderFinding] {
        [
            ProviderFinding(
                .error, "Invalid RFC3339 String Value",
                "A string value was provided that is not valid RFC3339 string format.\n\nGiven Value: \(text)\nError: \(reason)", at: path)
        ]
    }

    /// The parts that every resource of time shows.
    var parts: [String: Value] {
        let fields = fields
        return [
            "year": .integer(Int(fields.year)), "month": .integer(fields.month), "day": .integer(fields.day),
            "hour": .integer(fields.hour), "minute": .integer(fields.minute), "second": .integer(fields.second),
            "unix": .integer(Int(seconds)),
        ]
    }

    static var partAttributes: [String: AttributeSchema] {
        ["year", "month", "day", "hour", "minute", "second", "unix"].reduce(into: [:]) {
            $0[$1] = AttributeSchema(.number, .computed, $1 == "unix" ? "Seconds since 1970." : "The number of the \($1).")
        }
    }

    /// The moment that much later by the calendar; days that a month does not have are those of the next.
    func adding(_ unit: TimeUnit, _ count: Int) throws(ProviderError) -> Timestamp {
        let problem = ProviderError("Timestamp out of range", "\(count) \(unit.rawValue) lead out of the years 1 to 9999.")
        guard count.magnitude <= 400_000_000_000 else { throw problem }
        var result = self
        switch unit {
        case .seconds: result.seconds += Int64(count)
        case .minutes: result.seconds += Int64(count) * 60
        case .hours: result.seconds += Int64(count) * 3600
        case .days: result.seconds += Int64(count) * 86_400
        case .months, .years:
            let fields = fields
            let months = fields.year * 12 + Int64(fields.month - 1) + Int64(count) * (unit == .years ? 12 : 1)
            guard (12..<120_000).contains(months) else { throw problem }
            result = Timestamp(
                year: months / 12, month: Int(months % 12) + 1, day: 1, hour: fields.hour, minute: fields.minute, second: fields.second,
                nanoseconds: nanoseconds, offsetSeconds: offsetSeconds)
            result.seconds += Int64(fields.day - 1) * 86_400
        }
        guard (1...9999).contains(result.fields.year) else { throw problem }
        return result
    }
}

/// What an offset or a rotation counts.
enum TimeUnit: String, CaseIterable {
    case days, hours, minutes, months, seconds, years
}

extension AttributeSchema {
    static let timeTriggers = AttributeSchema(
        .map(.string), .optional, forcesReplacement: true, "Arbitrary map of values that, when changed, will make a new object.")
}
