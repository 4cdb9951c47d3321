import HCL

/// Where two JSON texts differ.
enum JSONDifference {
    /// A line for each place, at most a few.
    static func lines(_ expected: JSONText?, _ got: JSONText?, at path: String = "") -> [String] {
        var lines: [String] = []
        compare(expected, got, path, &lines)
        return Array(lines.prefix(8))
    }

    private static func compare(_ expected: JSONText?, _ got: JSONText?, _ path: String, _ lines: inout [String]) {
        switch (expected, got) {
        case (nil, nil), (.null?, .null?): return
        case (.bool(let a)?, .bool(let b)?) where a == b: return
        case (.string(let a)?, .string(let b)?) where a.utf8.elementsEqual(b.utf8): return
        case (.number(let a)?, .number(let b)?) where isSame(a, b): return
        case (.array(let a)?, .array(let b)?):
            if a.count != b.count { lines.append("\(path): expected \(a.count) elements, got \(b.count)") }
            for (index, (left, right)) in zip(a, b).enumerated() { compare(left, right, "\(path)[\(index)]", &lines) }
        case (.object(let a)?, .object(let b)?):
            let left = Dictionary(a) { $1 }
            let right = Dictionary(b) { $1 }
            for name in Set(left.keys).union(right.keys).sorted() { compare(left[name], right[name], "\(path).\(name)", &lines) }
        default: lines.append("\(path): expected \(text(expected)), got \(text(got))")
        }
    }

    /// The corpus was written by a program that keeps integers exact and other numbers as `Double`.
    private static func isSame(_ expected: Number, _ got: Number) -> Bool {
        expected == got || !expected.isInteger && expected.double == got.double
    }

    private static func text(_ node: JSONText?) -> String {
        switch node {
        case nil: "nothing"
        case .null?: "null"
        case .bool(let bool)?: String(bool)
        case .number(let number)?: number.text
        case .string(let string)?: string.jsonQuoted
        case .array(let items)?: "[" + items.map { text($0) }.joined(separator: ",") + "]"
        case .object(let members)?: "{" + members.map { "\($0.jsonQuoted):\(text($1))" }.joined(separator: ",") + "}"
        }
    }
}
