/// What was said of each option, by whoever has precedence: the command line, the environment, the file, the default.
package struct ServerSettings: Sendable {
    /// Where a value comes from.
    package enum Origin: Sendable, Equatable {
        case flag
        case variable(String)
        case file(String)
        case fallback

        package var description: String {
            switch self {
            case .flag: "the command line"
            case .variable(let name): "the variable \(name)"
            case .file(let path): path
            case .fallback: "the default"
            }
        }
    }

    /// A value as it was written.
    package struct Setting: Sendable {
        package var option: ServerOption
        package var text: String
        package var origin: Origin
    }

    /// By name; what nobody said and has no default is missing.
    package private(set) var values: [String: Setting] = [:]

    /// - Parameters:
    ///   - arguments: of the command line, after `server`: `--name value` or `--name=value`; a boolean may stand alone.
    ///   - file: what the configuration file says, by key, and its path.
    /// - Throws: ``ServerSettingsError`` with everything that is wrong.
    package init(arguments: [String], environment: [String: String], file: (path: String, values: [String: String])? = nil)
        throws(ServerSettingsError)
    {
        var problems: [String] = []
        let flags = Self.flags(arguments, &problems)
        var unread = Set((file?.values ?? [:]).keys)
        for option in ServerOptions.all {
            if let key = option.key { unread.remove(key) }
            guard let setting = Self.setting(option, flags, environment, file) else { continue }
            if let problem = option.kind.problem(setting.text) {
                let shown = option.isSecret ? "" : " \"\(setting.text)\""
                problems.append("--\(option.name):\(shown) from \(setting.origin.description) \(problem)")
            }
            values[option.name] = setting
        }
        for key in unread.sorted() { problems.append("\(file?.path ?? "the file"): there is no setting \"\(key)\"") }
        if !problems.isEmpty { throw ServerSettingsError(problems: problems) }
    }

    private static func setting(
        _ option: ServerOption, _ flags: [String: String], _ environment: [String: String],
        _ file: (path: String, values: [String: String])?
    ) -> Setting? {
        if let text = flags[option.name] { return Setting(option: option, text: text, origin: .flag) }
        for prefix in ["BERTH_", "CODER_"] {
            let name = prefix + option.variable
            if let text = environment[name] { return Setting(option: option, text: text, origin: .variable(name)) }
        }
        if let file, let key = option.key, let text = file.values[key] {
            return Setting(option: option, text: text, origin: .file(file.path))
        }
        return option.fallback.map { Setting(option: option, text: $0, origin: .fallback) }
    }

    private static func flags(_ arguments: [String], _ problems: inout [String]) -> [String: String] {
        var found: [String: String] = [:]
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                problems.append("\"\(word)\" is not expected here; settings are written --name value")
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = ServerOptions.named(parts[0]) else {
                let hint = ServerOptions.suggestion(for: parts[0]).map { "; did you mean --\($0)?" } ?? ""
                problems.append("there is no option --\(parts[0])\(hint)")
                if parts.count == 1, rest.first?.hasPrefix("--") == false { rest.removeFirst() }
                continue
            }
            if parts.count == 2 {
                found[option.name] = parts[1]
            } else if case .boolean = option.kind, rest.first?.hasPrefix("--") ?? true {
                found[option.name] = "true"
            } else if let value = rest.popFirst() {
                found[option.name] = value
            } else {
                problems.append("--\(option.name) needs a value")
            }
        }
        return found
    }

    /// The value of an option that has a default; what is not set is empty.
    package func text(_ name: String) -> String { values[name]?.text ?? "" }
    /// Nil if it is not set, or empty.
    package func optionalText(_ name: String) -> String? { values[name].flatMap { $0.text.isEmpty ? nil : $0.text } }
    /// Checked when the settings were made.
    package func integer(_ name: String) -> Int { Int(text(name)) ?? 0 }
    /// Nil if it is not set.
    package func boolean(_ name: String) -> Bool? { values[name].flatMap { ServerOption.Kind.boolean($0.text) } }
    package func list(_ name: String) -> [String] { text(name).split(separator: ",").map { String($0) } }
    package func seconds(_ name: String) -> Int { ServerOption.Kind.seconds(text(name)) ?? 0 }
}

/// Everything that is wrong with the settings.
package struct ServerSettingsError: Error, CustomStringConvertible {
    package var problems: [String]
    package var description: String { problems.joined(separator: "\n") }
}
