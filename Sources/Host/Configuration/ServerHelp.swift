/// The help text of `berth server`, made from the options.
package enum ServerHelp {
    /// Wrapped to so many columns.
    package static func text(columns: Int = 100) -> String {
        var lines = [
            "OVERVIEW: Run a Berth server.", "", "USAGE: berth server [--config <path>] [OPTIONS]", "",
            "Every option is a flag, a variable (BERTH_…, or CODER_… where that is set instead) and a key of the YAML file that",
            "--config or BERTH_CONFIG_PATH names. The flag counts first, then the variable, then the file.",
        ]
        for group in ServerOption.Group.allCases {
            lines += ["", "\(group.rawValue.uppercased()) OPTIONS:"]
            for option in ServerOptions.all where option.group == group { lines += entry(option, columns) }
        }
        lines += ["", "  -h, --help", "          Show this text."]
        return lines.joined(separator: "\n")
    }

    private static func entry(_ option: ServerOption, _ columns: Int) -> [String] {
        var notes = "$BERTH_\(option.variable)"
        if let key = option.key { notes += ", \(key)" }
        if let fallback = option.fallback, !fallback.isEmpty { notes += "; default \(fallback)" }
        return ["  --\(option.name) <\(option.kind.placeholder)>"]
            + wrapped(option.summary, indent: "          ", columns) + wrapped("(\(notes))", indent: "          ", columns)
    }

    private static func wrapped(_ text: String, indent: String, _ columns: Int) -> [String] {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > columns, line.count > indent.count {
                lines.append(line)
                line = indent
            }
            line += (line.count > indent.count ? " " : "") + word
        }
        return lines + [line]
    }
}
