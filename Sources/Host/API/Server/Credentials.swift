import HTTPTypes
import HostAccess

/// Where a request carries its key.
enum Credentials {
    /// The name of the cookie, and with another spelling of the header. Clients of Coder know them.
    static let cookie = "coder_session_token"
    static let header = HTTPField.Name("Coder-Session-Token") ?? .authorization

    /// What was found.
    struct Found: Sendable {
        var token: APIKeyToken?
        /// A browser sends cookies by itself, also when another site asks it to.
        var isCookie: Bool
    }

    /// The key in the header, or in `Authorization: Bearer`, or in the cookie; nil if there is none at all.
    static func find(_ headers: HTTPFields) -> Found? {
        if let text = headers[header], !text.isEmpty { return Found(token: APIKeyToken(text), isCookie: false) }
        if let text = headers[.authorization], text.lowercased().hasPrefix("bearer ") {
            return Found(token: APIKeyToken(text.dropFirst(7).trimmingSpaces), isCookie: false)
        }
        for line in headers[values: .cookie] {
            for part in line.split(separator: ";") {
                let pair = part.trimmingSpaces.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0] == cookie { return Found(token: APIKeyToken(pair[1]), isCookie: true) }
            }
        }
        return nil
    }

    /// Whether a request that a browser may have been talked into comes from our own pages. Browsers say where they are in
    /// `Sec-Fetch-Site`, or in `Origin`; whoever sends neither is no browser, and nobody talked it into anything.
    static func isOwnSite(_ headers: HTTPFields, authority: String?, accessURL: String) -> Bool {
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ headers[$0] }) { return site == "same-origin" || site == "none" }
        guard let origin = headers[.origin] else { return true }
        if origin == accessURL { return true }
        guard let scheme = origin.range(of: "://"), let authority else { return false }
        return origin[scheme.upperBound...].lowercased() == authority.lowercased()
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
