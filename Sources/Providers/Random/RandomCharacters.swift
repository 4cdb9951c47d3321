import HCL
import ProviderKit

/// Makes a text of random characters as a `random_string` asks for them.
struct RandomCharacters {
    static let special = "!@#$%&*()-_=+[]{}<>:?"

    private let length: Int
    /// The characters that may occur.
    private var all: [Unicode.Scalar] = []
    /// Characters of which some must occur, and how many.
    private var required: [(characters: [Unicode.Scalar], count: Int)] = []

    init(_ planned: Value) throws(ProviderError) {
        length = planned.integer("length") ?? 0
        guard (0...RandomSource.sizeMax).contains(length) else {
            throw ProviderError(
                "Random Read Error", "length must be between 1 and \(RandomSource.sizeMax), got: \(length).", at: .attribute("length"))
        }
        let override = planned.string("override_special") ?? ""
        let kinds = [
            ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("lower", "abcdefghijklmnopqrstuvwxyz"), ("numeric", "0123456789"),
            ("special", override.isEmpty ? Self.special : override),
        ]
        for (name, text) in kinds {
            let characters = Array(text.unicodeScalars)
            if planned.bool(name) == true { all += characters }
            let count = planned.integer("min_\(name)") ?? 0
            guard count <= length else {
                throw ProviderError(
                    "Random Read Error", "min_\(name) must not be larger than the length \(length), got: \(count).",
                    at: .attribute("min_\(name)"))
            }
            required.append((characters, max(0, count)))
        }
        guard !all.isEmpty else {
            throw ProviderError(
                "Random Read Error",
                "While attempting to generate a random value for this resource, a read error was generated.\n\nOriginal Error: the character set specified is empty"
            )
        }
        guard required.reduce(0, { $0 + $1.count }) <= length else {
            throw ProviderError(
                "Random Read Error", "The characters that are required at least are more than the length \(length).",
                at: .attribute("length"))
        }
    }

    func text() -> String {
        var generator = SystemRandomNumberGenerator()
        var result: [Unicode.Scalar] = []
        for (characters, count) in required + [(all, length - required.reduce(0) { $0 + $1.count })] {
            for _ in 0..<count {
                if let character = characters.randomElement(using: &generator) { result.append(character) }
            }
        }
        result.shuffle(using: &generator)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: result)
        return String(text)
    }
}
