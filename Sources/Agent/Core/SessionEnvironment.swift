package import AgentMachine
package import AgentProtocol
import Glibc

/// What every session and every script of a workspace finds in its environment.
package struct SessionEnvironment: Sendable {
    /// What the agent itself was given, without what is its own.
    package var inherited: [String: String]
    package var user: MachineUser
    /// The agent's executable, which git calls for keys and passwords.
    package var executable: String
    /// Where `coder` is found, and where scripts may put programs: the first place of `PATH`.
    package var binDirectory: String
    package var dataDirectory: String
    package var token: String

    package init(
        inherited: [String: String], user: MachineUser, executable: String, binDirectory: String, dataDirectory: String, token: String
    ) {
        (self.inherited, self.user, self.executable) = (inherited, user, executable)
        (self.binDirectory, self.dataDirectory, self.token) = (binDirectory, dataDirectory, token)
    }

    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// All variables, from what counts least to what counts most: ours, the machine's, the template's, and what names the workspace.
    package func variables(_ manifest: AgentManifest) -> [String: String] {
        var variables = [
            "HOME": user.home, "USER": user.name, "LOGNAME": user.name, "SHELL": user.shell, "PATH": Self.usualPath, "LANG": "C.UTF-8",
        ]
        for (name, value) in inherited where !value.isEmpty || variables[name] == nil { variables[name] = value }
        for variable in manifest.environment {
            let value = Self.expand(variable.value, variables)
            switch (variable.strategy, variables[variable.name]) {
            case (.append, let old?) where !old.isEmpty: variables[variable.name] = "\(old):\(value)"
            case (.prepend, let old?) where !old.isEmpty: variables[variable.name] = "\(value):\(old)"
            default: variables[variable.name] = value
            }
        }
        let path = variables["PATH"] ?? Self.usualPath
        variables["PATH"] = path.split(separator: ":").contains(Substring(binDirectory)) ? path : "\(binDirectory):\(path)"
        for (name, value) in named(manifest) { variables[name] = value }
        return variables
    }

    private func named(_ manifest: AgentManifest) -> [String: String] {
        var variables = [
            "CODER": "true", "CODER_WORKSPACE_NAME": manifest.workspaceName, "CODER_WORKSPACE_AGENT_NAME": manifest.agentName,
            "CODER_WORKSPACE_OWNER_NAME": manifest.ownerName, "CODER_WORKSPACE_ID": manifest.workspaceID, "CODER_AGENT_TOKEN": token,
            "CODER_AGENT_URL": manifest.accessURL, "CODER_URL": manifest.accessURL,
            "GIT_SSH_COMMAND": "\(binDirectory)/coder gitssh --", "GIT_ASKPASS": "\(binDirectory)/coder",
            "CS_DISABLE_GETTING_STARTED_OVERRIDE": "true", "CODER_SCRIPT_DATA_DIR": dataDirectory, "CODER_SCRIPT_BIN_DIR": binDirectory,
        ]
        if !manifest.vscodeProxyURI.isEmpty { variables["VSCODE_PROXY_URI"] = manifest.vscodeProxyURI }
        return variables
    }

    /// Where sessions start: what the template says if it is there, else home, else the root.
    package func directory(_ manifest: AgentManifest) -> String {
        [expandedDirectory(manifest), user.home].first { isDirectory($0) } ?? "/"
    }

    /// The directory of the template with `~` and variables replaced, whether it is there or not.
    package func expandedDirectory(_ manifest: AgentManifest) -> String {
        manifest.directory.isEmpty ? user.home : expandPath(manifest.directory, variables(manifest))
    }

    /// A path with `~` and variables replaced; relative ones start at home.
    package func expandPath(_ path: String, _ variables: [String: String]) -> String {
        var path = Self.expand(path, variables)
        if path == "~" { return user.home }
        if path.hasPrefix("~/") { path = String(path.dropFirst(2)) }
        return path.hasPrefix("/") ? path : user.home + (user.home.hasSuffix("/") ? "" : "/") + path
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && access(path, X_OK) == 0
    }

    /// `$NAME` and `${NAME}` replaced; nothing for what is not set. A dollar sign before anything else stays.
    package static func expand(_ text: String, _ variables: [String: String]) -> String {
        func isName(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                result.append(byte)
                continue
            }
            if rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
                result += (variables[String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)] ?? "").utf8
                rest = rest[(end + 1)...]
            } else {
                let name = rest.prefix(while: isName)
                if name.isEmpty { result.append(byte) } else { result += (variables[String(decoding: name, as: UTF8.self)] ?? "").utf8 }
                rest = rest[name.endIndex...]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
