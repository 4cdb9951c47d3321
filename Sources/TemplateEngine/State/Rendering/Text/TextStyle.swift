/// How a plan is dressed for where it is shown.
package enum TextStyle: Sendable {
    case plain
    /// With the escape codes of terminals.
    case coloured

    private static let codes = [
        "[reset]": "\u{1B}[0m", "[bold]": "\u{1B}[1m", "[red]": "\u{1B}[31m", "[green]": "\u{1B}[32m", "[yellow]": "\u{1B}[33m",
        "[cyan]": "\u{1B}[36m", "[dark_gray]": "\u{1B}[90m",
    ]

    /// A text of ours with `[red]` and the like as they apply here.
    func callAsFunction(_ template: String) -> String {
        var result = ""
        var rest = template[...]
        var isDressed = false
        // By bytes: to find where characters end takes long, and the brackets are ASCII.
        while let next = rest.utf8.firstIndex(of: UInt8(ascii: "[")) {
            result += rest[..<next]
            rest = rest[next...]
            if let end = rest.utf8.firstIndex(of: UInt8(ascii: "]")), let code = TextStyle.codes[String(rest[...end])] {
                if self == .coloured { result += code }
                isDressed = true
                rest = rest[rest.utf8.index(after: end)...]
            } else {
                result += "["
                rest = rest[rest.utf8.index(after: next)...]
            }
        }
        return result + rest + (isDressed && self == .coloured ? "\u{1B}[0m" : "")
    }

    func symbol(_ action: Difference.Action) -> String {
        switch action {
        case .none: "   "
        case .create: self("  [green]+[reset]")
        case .update: self("  [yellow]~[reset]")
        case .delete: self("  [red]-[reset]")
        }
    }
}
