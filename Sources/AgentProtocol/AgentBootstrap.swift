/// The script that starts an agent where it was not put before: `coder_agent`'s `init_script`.
package enum AgentBootstrap {
    /// The file of this package as it is: with `${ACCESS_URL}`, `${AUTH_TYPE}`, `${ARCH}` and `${CERTIFICATES}` in it.
    package static var template: String { String(decoding: PackageResources.bootstrap_sh, as: UTF8.self) }

    /// The script for one kind of machine. `${ACCESS_URL}` and `${AUTH_TYPE}` are left for the provider to fill in.
    ///
    /// - Parameters:
    ///   - arch: as `coder_agent` names it: `amd64`, `arm64`.
    ///   - certificates: whose to trust besides the usual, as PEM; none if empty.
    package static func script(arch: String, certificates: String = "") -> String {
        // PEM has no quote; anything else would end the string that it stands in.
        let certificates = certificates.contains("'") ? "" : certificates
        return template.replacing("${ARCH}", with: arch).replacing("'${CERTIFICATES}'", with: "'\(certificates)'")
    }

    /// With everything filled in.
    package static func script(arch: String, certificates: String = "", accessURL: String) -> String {
        script(arch: arch, certificates: certificates).replacing("${ACCESS_URL}", with: accessURL).replacing("${AUTH_TYPE}", with: "token")
    }
}
