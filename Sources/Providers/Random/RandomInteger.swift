import HCL
import ProviderKit

/// `random_integer`: a number in a range; with a seed always the same one.
struct RandomInteger: ResourceType {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "keepers": .keepers,
                "min": .input(.number, "The minimum inclusive value of the range.", .required),
                "max": .input(.number, "The maximum inclusive value of the range.", .required),
                "seed": .input(.string, "A custom seed to always produce the same value."),
                "result": .result("The random integer result.", .number),
                "id": .result("The string representation of the integer result."),
            ]))
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws { ReplacingMap.plan("keepers", &change) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let (min, max) = (planned.integer("min") ?? 0, planned.integer("max") ?? 0)
        guard min <= max else {
            throw ProviderError(
                "Create Random Integer Error", "The minimum (minVal) value needs to be smaller than or equal to maximum (maxVal) value.")
        }
        let result: Int
        let (span, isTooLarge) = (max &- min).addingReportingOverflow(1)
        if let seed = planned.string("seed"), !seed.isEmpty {
            guard !isTooLarge, span > 0 else {
                throw ProviderError("Create Random Integer Error", "With a seed, the range must have fewer than 2^63 numbers.")
            }
            var random = GoRandom(seed: seed)
            result = random.below(span) + min
        } else {
            result = Int.random(in: min...max)
        }
        return planned.setting(["result": .integer(result), "id": .string(String(result))])
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let parts = id.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4 else {
            throw ProviderError(
                "Import Random Integer Error",
                "Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}")
        }
        var numbers: [Int] = []
        for (part, name) in zip(parts, ["value", "min value", "max value"]) {
            guard let number = Int(part) else {
                throw ProviderError.randomImport(
                    "Integer", "The \(name) supplied could not be parsed as an integer.", "\"\(part)\" is not an integer")
            }
            numbers.append(number)
        }
        return schema.block.impliedType.nullAttributes.setting([
            "id": .string(String(parts[0])), "result": .integer(numbers[0]), "min": .integer(numbers[1]), "max": .integer(numbers[2]),
            "seed": .optional(parts.count == 4 ? String(parts[3]) : nil),
        ])
    }
}
