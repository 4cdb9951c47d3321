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
        while let next = rest.firstIndex(of: "[") {
            result += rest[..<next]
            rest = rest[next...]
            if let end = rest.firstIndex(of: "]"), let code = TextStyle.codes[String(rest[...end])] {
                if self == .coloured { result += code }
                isDressed = true
                rest = rest[rest.index(after: end)...]
            } else {
                result += "["
                rest = rest.dropFirst()
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
