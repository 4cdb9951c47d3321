import JSON
import Testing

struct JSONPointerTests {
    /// The document of RFC 6901, section 5.
    private let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
    ]

    @Test(
        "the examples of the RFC evaluate as it says",
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5),
            ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func evaluates(text: String, value: JSONValue) throws {
        let pointer = try JSONPointer(text)
        #expect(document.value(at: pointer) == value)
        #expect(pointer.description == text)
    }

    @Test("the empty pointer is the whole, and a pointer to nothing gives nothing")
    func edges() throws {
        #expect(try document.value(at: JSONPointer("")) == document)
        for text in ["/x", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/0/x", "/foo/", "/foo/99999999999999999999", "//"] {
            #expect(try document.value(at: JSONPointer(text)) == nil, "\(text)")
        }
        #expect(try JSONPointer("/~01").tokens == ["~1"])
        #expect(JSONPointer.root.appending("a/~").appending(3).description == "/a~1~0/3")
        #expect(try JSONPointer("/a//").tokens == ["a", "", ""])
        #expect(try JSONPointer("/é/😀").tokens == ["é", "😀"])
    }

    @Test(
        "text that is no pointer is refused",
        arguments: [("a", 0), ("a/b", 0), ("/~", 2), ("/~2", 2), ("/a~", 3), ("/~/a", 2), ("#/a", 0), ("~0", 0), ("é", 0)])
    func refuses(text: String, offset: Int) {
        do throws(JSONError) {
            _ = try JSONPointer(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect(error.code == .invalidPointer)
            #expect(error.offset == offset)
        }
    }

    @Test("redacting replaces what is there and leaves the rest alone")
    func redacts() throws {
        let value: JSONValue = ["env": ["TOKEN": "s", "PATH": "/bin"], "list": [["secret": ["deep": 1]], 2], "n": 1]
        let pointers = try ["/env/TOKEN", "/list/0/secret", "/list/7", "/missing/x", "/n/x", "/list/0/secret/deep"].map {
            try JSONPointer($0)
        }
        #expect(value.redacting(pointers) == ["env": ["TOKEN": "***", "PATH": "/bin"], "list": [["secret": "***"], 2], "n": 1])
        #expect(value.redacting([.root], with: nil) == nil)
        #expect(value.redacting([]) == value)
    }
}
