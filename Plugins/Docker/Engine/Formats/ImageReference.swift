/// The name of an image, taken apart: `registry.example.com:5000/team/app:1.2@sha256:…`.
package struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// As it stands in the name; nil for Docker Hub.
    package var registry: String?
    /// Without registry: `team/app`.
    package var path: String
    package var tag: String?
    package var digest: String?

    /// Nil if it is no name of an image.
    package init?(_ text: String) {
        let pattern =
            /(?<name>[A-Za-z0-9._:\/-]*?[A-Za-z0-9._\/-])(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>[a-z0-9+._-]+:[0-9a-fA-F]{32,}))?/
        guard text.utf8.count <= 1024, let match = text.wholeMatch(of: pattern) else { return nil }
        let name = String(match.name)
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0].contains(where: { $0 == "." || $0 == ":" }) || parts[0] == "localhost" {
            (registry, path) = (String(parts[0]), String(parts[1]))
        } else {
            path = name
        }
        let component = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/
        guard path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ $0.wholeMatch(of: component) != nil }) else {
            return nil
        }
        tag = match.tag.map(String.init)
        digest = match.digest.map(String.init)
    }

    /// Registry and path.
    package var repository: String { registry.map { "\($0)/\(path)" } ?? path }
    /// What to pull: a digest says more than a tag.
    package var tagOrDigest: String { digest ?? tag ?? "latest" }

    package var description: String { repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }
}
