import HCL
import JSON
import ProviderKit

/// What the specification of a service writes in ways of its own.
extension SpecField.Form {
    /// Blocks of labels; an object.
    static var labels: SpecField.Form {
        .custom(
            encode: { JSONValue(strings: DockerLabels.map(.object(["labels": $0]))) }, decode: { DockerLabels.value($0.strings) })
    }

    /// A flag; an empty object if it is set.
    static var global: SpecField.Form {
        .custom(encode: { $0.boolValue == true ? [:] : nil }, decode: { .bool(!$0.isNull) })
    }

    /// `0.5` as a text; a number.
    static var ratio: SpecField.Form {
        .custom(
            encode: { $0.stringValue.flatMap { Double($0) }.map { .number($0) } },
            decode: { .string("\(($0.doubleValue ?? 0))") })
    }

    /// A map; `NAME=value`.
    static var variables: SpecField.Form {
        .custom(
            encode: { value in
                let pairs = (value.members ?? [:]).compactMapValues(\.stringValue).sorted { $0.key < $1.key }
                return JSONValue(strings: pairs.map { "\($0.key)=\($0.value)" })
            }, decode: { $0.stringList.isEmpty ? .null(.map(.string)) : .stringMap(pairs($0.stringList)) })
    }

    /// A set of `name=value`; an object.
    static var pairs: SpecField.Form {
        .custom(
            encode: { JSONValue(strings: pairs(($0.elements ?? []).compactMap(\.stringValue))) },
            decode: { $0.strings.isEmpty ? .null(.set(.string)) : .stringSet($0.strings.map { "\($0.key)=\($0.value)" }) })
    }

    private static func pairs(_ texts: [String]) -> [String: String] {
        let pairs = texts.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return Dictionary(pairs) { $1 }
    }

    /// Blocks with `ip` and `host`; `IP HOST`.
    static var hosts: SpecField.Form {
        .custom(
            encode: { value in
                JSONValue(strings: (value.elements ?? []).map { "\($0.string("ip") ?? "") \($0.string("host") ?? "")" }.sorted())
            },
            decode: { json in
                let hosts = json.stringList.map { line in
                    let parts = line.split(separator: " ", maxSplits: 1)
                    return Value.object([
                        "ip": .string(parts.first.map(String.init) ?? ""), "host": .string(parts.count > 1 ? String(parts[1]) : ""),
                    ])
                }
                return .set(hosts, of: .object(["ip": .string, "host": .string]))
            })
    }

    /// A set of `spread=node.labels.zone`; what it spreads over.
    static var preferences: SpecField.Form {
        .custom(
            encode: { value in
                .array(
                    (value.elements ?? []).compactMap(\.stringValue).map {
                        ["Spread": ["SpreadDescriptor": .string($0.hasPrefix("spread=") ? String($0.dropFirst(7)) : $0)]]
                    })
            },
            decode: { json in
                let spreads = (json.arrayValue ?? []).compactMap { $0["Spread"]?["SpreadDescriptor"]?.stringValue }
                return spreads.isEmpty ? .null(.set(.string)) : .stringSet(spreads.map { "spread=\($0)" })
            })
    }

    /// A block of two sets of `KIND=value`; an array of objects.
    static var genericResources: SpecField.Form {
        let sets = [("named_resources_spec", "NamedResourceSpec"), ("discrete_resources_spec", "DiscreteResourceSpec")]
        let type = ValueType.object(["named_resources_spec": .set(.string), "discrete_resources_spec": .set(.string)])
        return .custom(
            encode: { value in
                guard let block = value.elements?.first else { return nil }
                return .array(
                    sets.flatMap { name, member in
                        pairs(block.strings(name) ?? []).sorted { $0.key < $1.key }.map { kind, amount in
                            let number = member == "DiscreteResourceSpec" ? Int64(amount).map { JSONValue.integer($0) } : nil
                            return .object([member: ["Kind": .string(kind), "Value": number ?? .string(amount)]])
                        }
                    })
            },
            decode: { json in
                guard json.meaning != nil else { return .list([], of: type) }
                let found = sets.map { name, member in
                    let texts = (json.arrayValue ?? []).compactMap { $0[member] }.map { entry in
                        "\(entry["Kind"]?.stringValue ?? "")=\(entry["Value"]?.stringValue ?? entry["Value"]?.serialized() ?? "")"
                    }
                    return (name, texts.isEmpty ? Value.null(.set(.string)) : .stringSet(texts))
                }
                return .list([.object(Dictionary(found) { $1 })], of: type)
            })
    }
}
