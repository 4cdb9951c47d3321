import Dialing
import Testing

@Suite("access URLs") struct AddressTests {
    @Test(
        "are taken apart",
        arguments: [
            ("https://berth.example.com", "berth.example.com", 443, "", "https://berth.example.com"),
            ("http://localhost:3000/", "localhost", 3000, "", "http://localhost:3000"),
            ("https://example.com:443/berth/", "example.com", 443, "/berth", "https://example.com/berth"),
            ("http://[::1]:8080", "::1", 8080, "", "http://[::1]:8080"),
        ])
    func valid(_ text: String, _ host: String, _ port: Int, _ prefix: String, _ shown: String) throws {
        let address = try ServerAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.prefix == prefix)
        #expect(address.description == shown)
    }

    @Test(
        "that are none are refused",
        arguments: ["", "berth", "ftp://x", "http://", "http://:80", "http://a:0", "http://a:65536", "http://u@a", "http://a?b", "http://a b", "http://[::1"])
    func invalid(_ text: String) { #expect(throws: DialingError.self) { try ServerAddress(text) } }
}
