import APIClient
import Testing

@Suite("addresses of servers") struct ServerURLTests {
    @Test(
        "what a person types becomes an address",
        arguments: [
            ("https://berth.example.org", "https://berth.example.org", "/api"),
            ("HTTP://berth.example.org:80/", "http://berth.example.org", "/api"),
            ("berth.example.org", "https://berth.example.org", "/api"),
            ("localhost:3000", "http://localhost:3000", "/api"),
            ("127.0.0.1:3000/sub/path/", "http://127.0.0.1:3000/sub/path", "/sub/path/api"),
            ("[::1]:3000", "http://[::1]:3000", "/api"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]", "/api"),
        ])
    func typed(_ text: String, _ expected: String, _ target: String) {
        let url = ServerURL(text)
        #expect(url?.description == expected)
        #expect(url?.target("/api") == target)
        #expect(url?.text("/api") == expected + "/api")
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "ftp://x", "https://", "https://user@x", "x?y", "x#y", "x:0", "x:99999", "x:y", "a b", "2001:db8::1", "https://x\n",
        ])
    func refused(_ text: String) { #expect(ServerURL(text) == nil) }

    @Test("what is asked is encoded")
    func query() {
        #expect(ServerURL("x")?.target("/a", query: [("q", "owner:me a&b=ü/")]) == "/a?q=owner%3Ame%20a%26b%3D%C3%BC%2F")
    }
}
