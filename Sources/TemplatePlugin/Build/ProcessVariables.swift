import Glibc

/// What of this process's environment a template's providers and commands may see: a server's own secrets are in there, too.
enum ProcessVariables {
    private static let usual: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY",
        "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        // By this a host finds processes that a job left behind.
        "BERTH_WORKER_ID",
    ]

    /// The usual ones and those of the names.
    static func values(of names: Set<String>) -> [String: String] {
        var found: [String: String] = [:]
        for name in usual.union(names) {
            if let value = getenv(name) { found[name] = String(cString: value) }
        }
        return found
    }
}
