/// A statement whose interpolated values travel beside its text, so that no value can become part of it.
///
///     let query: SQL = "select name from users where id = \(id)"
///
/// Pieces are put together with `+` and by interpolating one into another; placeholders are numbered when it is sent.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    enum Part: Sendable {
        case text(String)
        case value(SQLParameter)
    }

    var parts: [Part]

    package init(stringLiteral value: String) { parts = [.text(value)] }
    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    /// Text that is not a literal of the program, such as a step of the schema. Never build it from input.
    package init(verbatim text: String) { parts = [.text(text)] }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) { parts.reserveCapacity(interpolationCount * 2 + 1) }
        package mutating func appendLiteral(_ literal: String) { if !literal.isEmpty { parts.append(.text(literal)) } }
        package mutating func appendInterpolation(_ value: some DatabaseValue) { parts.append(.value(SQLParameter(value))) }
        /// NULL if there is no value.
        package mutating func appendInterpolation(_ value: (some DatabaseValue)?) { parts.append(.value(SQLParameter(value))) }
        package mutating func appendInterpolation(_ piece: SQL) { parts += piece.parts }
        /// The name of a table, column or channel, quoted.
        package mutating func appendInterpolation(identifier: String) { parts.append(.text(SQL.quoted(identifier, "\""))) }
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.parts += right.parts
        return sum
    }

    package static func += (left: inout SQL, right: SQL) { left.parts += right.parts }

    /// The text with `$1`, `$2`, …, and what they stand for.
    var rendered: (text: String, parameters: [SQLParameter]) {
        var text = ""
        var parameters: [SQLParameter] = []
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .value(let parameter):
                parameters.append(parameter)
                text += "$\(parameters.count)"
            }
        }
        return (text, parameters)
    }

    static func quoted(_ text: String, _ quote: Character) -> String {
        "\(quote)\(text.split(separator: quote, omittingEmptySubsequences: false).joined(separator: "\(quote)\(quote)"))\(quote)"
    }
}

extension Collection<SQL> {
    /// All pieces, with one between each two.
    package func joined(separator: SQL) -> SQL {
        var sum: SQL = ""
        for (index, piece) in enumerated() { sum += index == 0 ? piece : separator + piece }
        return sum
    }
}

/// A value as it is sent.
struct SQLParameter: Sendable {
    var type: UInt32
    var isBinary: Bool
    var bytes: [UInt8]?

    init(_ value: some DatabaseValue) {
        let type = Swift.type(of: value).databaseType
        self.type = type.identifier
        isBinary = !type.isText
        bytes = value.databaseBytes
    }
}
