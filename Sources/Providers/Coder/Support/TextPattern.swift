import HCL

/// A regular expression that we wrote ourselves.
struct TextPattern: Sendable {
    private let expression: RegularExpression
    /// As it was written.
    let source: String

    init(_ source: String) {
        self.source = source
        do throws(RegularExpression.Fault) {
            expression = try RegularExpression(source)
        } catch {
            preconditionFailure("our own pattern \(source) is wrong: \(error.reason)")
        }
    }

    func matches(_ text: String) -> Bool { expression.matches(text) }
}
