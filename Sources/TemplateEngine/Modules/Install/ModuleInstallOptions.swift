/// How modules are fetched.
package struct ModuleInstallOptions: Sendable {
    /// Where fetched modules are kept, by the hash of what is in them; absolute. May be shared by many templates.
    package var store: String
    /// A directory with modules that is looked into first; see ``ModuleMirror``.
    package var mirror: String?
    /// Whether what the mirror does not have is fetched.
    package var usesNetwork = true
    /// Where a host's services are described, in place of `https://HOST`.
    package var origins: [String: String] = [:]
    /// The environment of `git` and `curl`: PATH, HOME, proxies; `TF_TOKEN_…` for registries.
    package var variables: [String: String]
    /// Whether `git::file://` is allowed, which reads what this process can read.
    package var allowsLocalRepositories = false
    /// For every download.
    package var timeout: Duration = .seconds(120)
    package var limits = TemplateArchive.Limits()
    /// Of a downloaded archive, as it is sent.
    package var downloadSizeMax = 100 << 20
    /// How many packages one template may fetch.
    package var packagesMax = 200

    package init(store: String, variables: [String: String]) {
        self.store = store
        self.variables = variables
        limits.fileSizeMax = 50 << 20
    }
}
