import Glibc

/// Whom the agent runs as, as `/etc/passwd` has it: the C library's way to ask loads libraries, which a static executable cannot.
package struct MachineUser: Sendable, Hashable {
    package var name: String
    package var home: String
    package var shell: String

    /// - Parameters:
    ///   - environment: what it says counts where there is no entry, as in images that hold one program and no more.
    ///   - passwd: the text of `/etc/passwd`.
    package init(
        id: UInt32 = UInt32(geteuid()), environment: [String: String], passwd: String = MachineFile.text("/etc/passwd") ?? "",
        exists: (String) -> Bool = { access($0, X_OK) == 0 }
    ) {
        let entry = passwd.split(whereSeparator: \.isNewline).lazy
            .map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
            .first { $0.count >= 7 && $0[2] == String(id) }
        func usable(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        name = usable(entry?[0]) ?? usable(environment["USER"]) ?? (id == 0 ? "root" : String(id))
        let home = usable(environment["HOME"]) ?? usable(entry?[5]) ?? "/"
        self.home = home
        let shells = [usable(entry?[6]), usable(environment["SHELL"]), "/bin/bash", "/bin/sh", "/bin/ash", "/bin/busybox"].compactMap { $0 }
        // An account that nobody may log in to is still one that a workspace runs as.
        shell = shells.first { !$0.hasSuffix("/nologin") && !$0.hasSuffix("/false") && exists($0) } ?? "/bin/sh"
    }
}
