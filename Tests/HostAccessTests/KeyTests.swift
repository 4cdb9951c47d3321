import HostAccess
import Scalars
import Testing

@Suite("keys") struct KeyTests {
    @Test("a new token has Coder's form, is read back, and matches its own hash alone")
    func form() throws {
        let token = APIKeyToken()
        #expect(token.text.wholeMatch(of: /[A-Za-z0-9]{10}-[A-Za-z0-9]{22}/) != nil)
        let again = try #require(APIKeyToken(token.text))
        #expect(again == token && again.matches(token.secretHash))
        #expect(!APIKeyToken().matches(token.secretHash) && !token.matches([]) && !token.matches(token.secretHash.dropLast()))
        #expect(token.secretHash.count == 32)
    }

    @Test("the secret is in no description")
    func descriptions() {
        let token = APIKeyToken()
        let secret = String(token.text.suffix(APIKeyToken.secretLength))
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\([token])"] { #expect(!text.contains(secret)) }
    }

    @Test(
        "anything else is no token",
        arguments: ["", "-", "abcdefghij", "abcdefghij-", "abcdefghij-abcdefghijklmnopqrstu", "abcdefghij-abcdefghijklmnopqrstuvw", "äbcdefghi-abcdefghijklmnopqrstuv", "abcdefghij abcdefghijklmnopqrstuv", "abcdefghi\0-abcdefghijklmnopqrstuv"])
    func malformed(_ text: String) {
        #expect(APIKeyToken(text) == nil)
    }

    @Test("lifetimes: the default, the limits, and the lower limit of owners")
    func lifetimes() throws {
        var rules = KeyLifetimes()
        rules.tokenMax = .seconds(30 * 24 * 3600)
        let member = Actor(id: .random(), username: "a", roles: [], organizations: [:])
        let owner = Actor(id: .random(), username: "a", roles: [.owner], organizations: [:])
        #expect(try rules.token(nil, for: member) == rules.tokenDefault)
        #expect(try rules.token(.seconds(3600), for: member) == .seconds(3600))
        #expect(try rules.token(rules.tokenMax, for: member) == rules.tokenMax)
        #expect(throws: AccessError.self) { try rules.token(rules.tokenMax, for: owner) }
        #expect(throws: AccessError.self) { try rules.token(rules.tokenMax + .seconds(1), for: member) }
        #expect(throws: AccessError.self) { try rules.token(.seconds(-1), for: member) }
    }

    @Test("a session is extended when it is worth a write")
    func extending() {
        let rules = KeyLifetimes()
        let now = Timestamp.now()
        #expect(rules.extended(now + .seconds(86400), lifetime: .seconds(86400), now: now) == nil)
        #expect(rules.extended(now + .seconds(3600), lifetime: .seconds(86400), now: now) == now + .seconds(86400))
    }
}
