import Testing

@testable import TemplateConfiguration

@Suite struct VersionTests {
    @Test("versions are ordered, pre-releases before their release")
    func order() {
        let texts = ["0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "v1.0", "1.0.1", "1.10.0"]
        let versions = texts.compactMap { SemanticVersion($0) }
        #expect(versions.count == texts.count)
        for (left, right) in zip(versions, versions.dropFirst()) { #expect(left < right) }
        #expect(SemanticVersion("1.0") == SemanticVersion("1.0.0+build"))
    }

    @Test("what is no version is not read", arguments: ["", "a", "1.", "1.0-", "1..2", "1.0.0-a..b", "1 2", "99999999999999999999"])
    func invalid(text: String) { #expect(SemanticVersion(text) == nil) }

    @Test(
        "constraints allow what they say",
        arguments: [
            ("1.2.3", "1.2.3", true), ("= 1.2.3", "1.2.4", false), ("!= 1.2.3", "1.2.4", true), ("> 1.2, < 2", "1.3.0", true),
            (">= 1.2.0, < 1.3.0", "1.3.0", false), ("~> 1.2", "1.9.9", true), ("~> 1.2", "2.0.0", false), ("~> 1.2.3", "1.2.9", true),
            ("~> 1.2.3", "1.3.0", false), ("~> 1", "3.0.0", true), (">= 1.0", "1.1.0-beta1", false), (">=1.1.0-alpha", "1.1.0-beta1", true),
            ("~> 1.1.0-alpha", "1.1.0", false),
        ])
    func matching(constraint: String, version: String, isAllowed: Bool) throws {
        let constraints = try #require(VersionConstraint.parse(constraint))
        let version = try #require(SemanticVersion(version))
        #expect(constraints.allows(version) == isAllowed)
    }

    @Test("what is no constraint is not read", arguments: ["", "abc", ">", "=> 1", "1.0,", "~ 1", "1.0 2.0"])
    func invalidConstraint(text: String) { #expect(VersionConstraint.parse(text) == nil) }
}
