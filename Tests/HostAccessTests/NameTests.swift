import HostAccess
import Testing

@Suite("names") struct NameTests {
    @Test("names of users and workspaces", arguments: [
        ("a", true), ("dev-1", true), ("A-b-C9", true), (String(repeating: "x", count: 32), true), (String(repeating: "x", count: 33), false),
        ("", false), ("-a", false), ("a-", false), ("a--b", false), ("a_b", false), ("a.b", false), ("a b", false), ("ä", false), ("a\n", false),
        ("new", false), ("Create", false), ("me", false), ("menu", true), ("../a", false),
    ])
    func names(_ name: String, _ isGood: Bool) {
        #expect((NameRules.problem(name) == nil) == isGood)
    }

    @Test("names of versions", arguments: [
        ("v1.2.3", true), ("calm_heron-42", true), ("1..2", false), ("a._b", false), (".a", false), ("a.", false),
        (String(repeating: "x", count: 64), true), (String(repeating: "x", count: 65), false),
    ])
    func versions(_ name: String, _ isGood: Bool) {
        #expect((NameRules.versionProblem(name) == nil) == isGood)
    }

    @Test("addresses of mail", arguments: [
        ("ada@example.org", true), ("a+b@localhost", true), ("ada", false), ("@x", false), ("a@", false), ("a@b@c", false), ("a b@c", false),
        ("a@.b", false), ("a@b..c", false), ("<a@b>", false), ("", false),
    ])
    func mail(_ address: String, _ isGood: Bool) {
        #expect((NameRules.emailProblem(address) == nil) == isGood)
    }

    @Test("names that are shown", arguments: [("", true), ("Ada's boat ⛵", true), (" a", false), ("a ", false), ("a\u{7}b", false)])
    func shown(_ name: String, _ isGood: Bool) {
        #expect((NameRules.displayProblem(name) == nil) == isGood)
    }

    @Test("random names follow the rules")
    func random() {
        let names = (0..<1000).map { _ in RandomName.make() }
        #expect(names.allSatisfy { NameRules.problem($0) == nil })
        #expect(Set(names).count > 900)
    }
}
