import Scalars
import Testing

@Suite("identifiers and times") struct ScalarsTests {
    @Test("an identifier is what it was read from, and nothing else is one")
    func identifiers() {
        let text = "0190163d-8694-739b-aea5-966c26f8ad91"
        #expect(UUID(text)?.description == text)
        #expect(UUID(text.uppercased())?.description == text)
        #expect(UUID(text).flatMap { UUID(bytes: $0.bytes) } == UUID(text))
        for wrong in ["", "0190163d8694739baea5966c26f8ad91", text + "0", String(text.dropLast()), text.replacing("a", with: "g"), text.replacing("-", with: "_")] {
            #expect(UUID(wrong) == nil, "\(wrong)")
        }
        #expect(UUID(bytes: [1, 2]) == nil)
        #expect(UUID.random() != UUID.random())
        #expect(UUID.random().description.dropFirst(14).first == "4")
    }

    @Test("ordered identifiers are in the order of their times")
    func ordered() {
        let time = Timestamp(microseconds: 1_800_000_000_000_123)
        let early = UUID.ordered(at: time)
        let late = UUID.ordered(at: time + .microseconds(1))
        #expect(early < late)
        #expect(early.description.dropFirst(14).first == "7")
    }

    @Test(
        "a time is read in any offset and written in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"), ("2000-02-29T12:30:00.5+02:00", 951_820_200_500_000, "2000-02-29T10:30:00.5Z"),
            ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"), ("0001-01-01T00:00:00Z", -62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
            ("2026-11-21t10:00:00.123456789-00:30", 1_795_257_000_123_456, "2026-11-21T10:30:00.123456Z"),
        ])
    func times(_ text: String, _ microseconds: Int64, _ written: String) {
        #expect(Timestamp(text)?.microseconds == microseconds)
        #expect(Timestamp(text)?.description == written)
    }

    @Test("what is no time is not read", arguments: ["", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "x"])
    func noTimes(_ text: String) { #expect(Timestamp(text) == nil) }
}
