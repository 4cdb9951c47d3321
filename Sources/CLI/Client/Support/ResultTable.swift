import ArgumentParser
import JSON

/// How a command that lists something prints it.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

/// A list of objects as lines with chosen columns, or as the JSON that the server gave.
struct ResultTable<Row> {
    /// What can be shown, by its name in `--column`.
    struct Column {
        var name: String
        var text: (Row) -> String

        init(_ name: String, _ text: @escaping (Row) -> String) {
            self.name = name
            self.text = text
        }
    }

    var columns: [Column]
    /// Names of those that are shown unless others are asked for.
    var usual: [String]

    /// Lines under a head.
    ///
    /// - Parameter names: of `--column`, as words or with commas; empty for the usual ones.
    /// - Throws: `ValidationError` if there is no such column.
    func text(_ rows: [Row], columns names: [String]) throws -> String {
        let words = names.flatMap { $0.split(separator: ",").map { $0.trimming(" ").lowercased() } }
        let chosen = try (words.isEmpty ? usual : words).map { word in
            guard let column = columns.first(where: { $0.name == word }) else {
                throw ValidationError("there is no column \"\(word)\"; there are \(columns.map(\.name).joined(separator: ", "))")
            }
            return column
        }
        let head = chosen.map { $0.name.uppercased() }
        return Terminal.table([head] + rows.map { row in chosen.map { Self.oneLine($0.text(row)) } })
    }

    /// What a table can hold in a cell: no line breaks, and nothing that moves the cursor of a terminal.
    private static func oneLine(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}

extension StringProtocol {
    func trimming(_ character: Character) -> String {
        var rest = self[...]
        while rest.first == character { rest = rest.dropFirst() }
        while rest.last == character { rest = rest.dropLast() }
        return String(rest)
    }
}
