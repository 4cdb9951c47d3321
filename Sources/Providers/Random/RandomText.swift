import HCL
import ProviderKit
import Threads

/// `random_string` and `random_password`: random characters of several kinds.
struct RandomText: ResourceType {
    let isPassword: Bool

    private static let kinds = ["upper", "lower", "numeric", "special"]
    private static let minimums = ["min_upper", "min_lower", "min_numeric", "min_special"]

    var schema: Schema {
        var attributes: [String: AttributeSchema] = [
            "keepers": .keepers,
            "length": .input(
                .number, "The length of the text; at least 1, and at least `min_upper` + `min_lower` + `min_numeric` + `min_special`.",
                .required),
            "override_special": AttributeSchema(.string, .optional, "Special characters to use in place of `\(RandomCharacters.special)`."),
            "result": .result("The generated text.", isSensitive: isPassword),
            "id": .result(isPassword ? "A fixed text." : "The generated text."),
        ]
        for kind in ["upper", "lower", "special"] {
            attributes[kind] = .input(.bool, "Whether such characters occur; by default they do.", .optionalComputed, fallback: .true)
        }
        // These two are one under two names: what is planned for them depends on each other.
        attributes["numeric"] = .input(.bool, "Whether digits occur; by default they do.", .optionalComputed)
        attributes["number"] = .input(.bool, "The older name of `numeric`.", .optionalComputed)
        attributes["number"]?.deprecation = "**NOTE**: This is deprecated, use `numeric` instead."
        for minimum in Self.minimums {
            attributes[minimum] = .input(.number, "How many such characters occur at least.", .optionalComputed, fallback: .integer(0))
        }
        if isPassword {
            attributes["bcrypt_hash"] = .result("A bcrypt hash of the first 72 bytes of the text.", isSensitive: true)
        }
        return Schema(version: isPassword ? 3 : 2, BlockSchema(attributes: attributes))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings = AttributeRules.minimum("length", 1, configuration)
        let minimums = Self.minimums.map { configuration[attribute: $0] }
        if let length = configuration.integer("length"), minimums.allSatisfy(\.isKnown) {
            let sum = minimums.reduce(Number.zero) { $0 + ($1.numberValue ?? .zero) }
            if Number(length) < sum {
                let names = ["min_upper", "min_lower", "min_numeric", "min_special"].joined(separator: " + ")
                findings.append(
                    ProviderFinding(
                        .error, "Invalid Attribute Value", "Attribute length value must be at least sum of \(names), got: \(length)",
                        at: .attribute("length")))
            }
        }
        for name in ["number", "numeric"] {
            let others = ["special", "upper", "lower"]
            if ([name] + others).allSatisfy({ configuration.bool($0) == false }) {
                let names = (others + [name]).joined(separator: ",")
                findings.append(
                    ProviderFinding(
                        .error, "Invalid Attribute Combination",
                        "At least one attribute out of [\(names)] must be specified as true", at: .attribute(name)))
            }
        }
        return findings
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {
        ReplacingMap.plan("keepers", &change)
        let number = change.configuration[attribute: "number"]
        let numeric = change.configuration[attribute: "numeric"]
        if let first = number.boolValue, let second = numeric.boolValue, first != second {
            throw ProviderError("Number and numeric are both configured with different values", "Number is deprecated, use numeric instead")
        }
        if number.isNull || numeric.isNull {
            let either = numeric.isNull ? (number.isNull ? .true : number) : numeric
            change["number"] = either
            change["numeric"] = either
            for name in ["number", "numeric"] where change.changes(name) { change.replacing.insert(.attribute(name)) }
        }
        // Version 3.4.2 stored an empty text where there was none.
        let isRepair = change["override_special"].isNull && change.prior.string("override_special") == ""
        if change["override_special"].isKnown, !isRepair, change.changes("override_special") {
            change.replacing.insert(.attribute("override_special"))
        }
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let text = try RandomCharacters(planned).text()
        return planned.setting(try await results(text))
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        var known = try await results(id)
        known["length"] = .integer(id.utf8.count)
        for name in Self.kinds + ["number"] { known[name] = .true }
        for name in Self.minimums { known[name] = .integer(0) }
        return schema.block.impliedType.nullAttributes.setting(known)
    }

    private func results(_ text: String) async throws -> [String: Value] {
        if !isPassword { return ["result": .string(text), "id": .string(text)] }
        return ["result": .string(text), "id": .string("none"), "bcrypt_hash": .string(try await Self.hash(text))]
    }

    /// A hash of the first 72 bytes, more of which bcrypt does not look at; made off the pool, for it takes a while.
    private static func hash(_ text: String) async throws -> String {
        let start = text.utf8.count <= 72 ? text : String(decoding: text.utf8.prefix(72), as: UTF8.self)
        do {
            return try await OwnThread.run("berth-bcrypt") { try Bcrypt.hash(start, cost: Bcrypt.costDefault) }
        } catch {
            throw ProviderError(
                "Hash Generation Error",
                "While attempting to generate a hash from the password an error occurred.\n\nOriginal Error: \(error)")
        }
    }

    /// Fills what older versions left out, so that nothing has to be replaced.
    func upgrade(_ attributes: JSONText, from version: Int) throws -> JSONText {
        guard case .object(let list) = attributes else { return attributes }
        var members = Dictionary(list) { _, last in last }
        func fill(_ name: String, _ value: JSONText) {
            if case .null = members[name] ?? .null { members[name] = value }
        }
        var result = ""
        if case .string(let text)? = members["result"] { result = text }
        fill("length", .number(Number(result.utf8.count)))
        for name in ["special", "upper", "lower", "number"] { fill(name, .bool(true)) }
        for name in Self.minimums { fill(name, .number(.zero)) }
        fill("numeric", members["number"] ?? .bool(true))
        fill("keepers", .null)
        fill("override_special", .null)
        // The hash that version 2 made of texts with some characters was wrong, and version 0 had none.
        if isPassword {
            let isHashed = if case .string? = members["bcrypt_hash"] { version == 1 || version > 2 } else { false }
            if !isHashed {
                let start = String(decoding: result.utf8.prefix(72), as: UTF8.self)
                members["bcrypt_hash"] = .string(try Bcrypt.hash(start, cost: Bcrypt.costDefault))
            }
        }
        return .object(members.sorted { $0.key < $1.key })
    }
}
