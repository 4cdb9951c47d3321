import HCL
import ProviderKit

/// A rule about the values of one attribute, at any depth.
struct AttributeRule: Sendable {
    /// The names of the blocks around it and its own.
    let names: [String]
    /// What is wrong with a known value that is not null; the key is the attribute's as the published provider writes it,
    /// `prebuilds.0.instances`.
    let judge: @Sendable (_ value: Value, _ key: String) -> [ProviderFinding]

    init(_ path: String, _ judge: @escaping @Sendable (Value, String) -> [ProviderFinding]) {
        names = path.split(separator: ".").map { String($0) }
        self.judge = judge
    }

    func findings(_ configuration: Value) -> [ProviderFinding] { findings(names[...], in: configuration, at: [], key: "") }

    private func findings(_ names: ArraySlice<String>, in object: Value, at path: AttributePath, key: String) -> [ProviderFinding] {
        guard let name = names.first, let value = object.members?[name], value.isKnown, !value.isNull else { return [] }
        let path = path.attribute(name)
        let key = key.isEmpty ? name : "\(key).\(name)"
        guard names.count > 1 else {
            return judge(value, key).map { finding in
                var finding = finding
                finding.path = path
                return finding
            }
        }
        let isSet = value.type.isSet
        return (value.elements ?? []).enumerated().flatMap { index, element in
            findings(names.dropFirst(), in: element, at: path + [.index(isSet ? element : .integer(index))], key: "\(key).\(index)")
        }
    }
}

extension AttributeRule {
    private static func text(_ path: String, _ problem: @escaping @Sendable (String, _ key: String) -> String?) -> AttributeRule {
        AttributeRule(path) { value, key in value.stringValue.flatMap { problem($0, key) }.map { [.error($0)] } ?? [] }
    }

    private static func integer(_ path: String, _ problem: @escaping @Sendable (Int, _ key: String) -> String?) -> AttributeRule {
        AttributeRule(path) { value, key in value.numberValue?.int.flatMap { problem($0, key) }.map { [.error($0)] } ?? [] }
    }

    static func oneOf(_ path: String, _ allowed: [String]) -> AttributeRule {
        text(path) { allowed.contains($0) ? nil : "expected \($1) to be one of \(allowed.goQuotedList), got \($0)" }
    }

    /// Whether Go reads it as a URL.
    static func url(_ path: String) -> AttributeRule {
        text(path) { text, _ in
            do throws(AccessURL.Fault) {
                _ = try AccessURL(text)
                return nil
            } catch {
                return error.message
            }
        }
    }

    static func notEmpty(_ path: String) -> AttributeRule {
        text(path) { $0.isEmpty ? "expected \($1.goQuoted) to not be an empty string, got " : nil }
    }

    static func length(_ path: String, atMost limit: Int) -> AttributeRule {
        text(path) { $0.utf8.count > limit ? "expected length of \($1) to be in the range (0 - \(limit)), got \($0)" : nil }
    }

    /// With words of the attribute's own.
    static func length(_ path: String, atMost limit: Int, _ what: String) -> AttributeRule {
        text(path) { text, _ in text.utf8.count > limit ? "\(what) is too long (max \(limit) characters)" : nil }
    }

    static func uuid(_ path: String) -> AttributeRule {
        text(path) { CoderUUID.isValid($0) ? nil : "expected \($1.goQuoted) to be a valid UUID, got \($0)" }
    }

    static func atLeast(_ path: String, _ least: Int) -> AttributeRule {
        integer(path) { $0 < least ? "expected \($1) to be at least (\(least)), got \($0)" : nil }
    }

    static func between(_ path: String, _ range: ClosedRange<Int>) -> AttributeRule {
        integer(path) { number, key in
            range.contains(number) ? nil : "expected \(key) to be in the range (\(range.lowerBound) - \(range.upperBound)), got \(number)"
        }
    }

    static func text(_ path: String, message problem: @escaping @Sendable (String) -> String?) -> AttributeRule {
        text(path) { text, _ in problem(text) }
    }

    static func number(_ path: String, message problem: @escaping @Sendable (Int, _ key: String) -> String?) -> AttributeRule {
        integer(path, problem)
    }
}
