import Glibc
import HCL
import ProviderKit

/// `random_uuid`, whose bits are all random, `random_uuid4`, and `random_uuid7`, which begins with the time.
struct RandomUUIDResource: ResourceType {
    /// Nil if the text does not say.
    let version: UInt8?

    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "keepers": .keepers,
                "result": .result("The generated uuid presented in string format."),
                "id": .result("The generated uuid presented in string format."),
            ]))
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws { ReplacingMap.plan("keepers", &change) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        var bytes = try RandomSource.bytes(16, of: "length")
        if version == 7 {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let milliseconds = UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
            for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
        }
        if let version {
            bytes[6] = bytes[6] & 0x0f | version << 4
            bytes[8] = bytes[8] & 0x3f | 0x80
        }
        let text = Value.string(RandomUUID.text(bytes))
        return planned.setting(["result": text, "id": text])
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let problem = "There was an error during the parsing of the UUID."
        guard id.utf8.count == 36 else { throw ProviderError.randomImport("UUID", problem, "uuid string is wrong length") }
        guard id.firstMatch(of: /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/) != nil else {
            throw ProviderError.randomImport("UUID", problem, "uuid is improperly formatted")
        }
        let text = Value.string(id.lowercased())
        return schema.block.impliedType.nullAttributes.setting(["result": text, "id": text])
    }
}
