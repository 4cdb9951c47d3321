/// The functions of Terraform 1.11, but `can` and `try`, which see expressions and are the evaluator's.
package enum StandardFunctions {
    /// By name, without the namespace `core::`.
    package static let all: [String: Function] = {
        let topics: [[Function]] = [
            NumericFunctions.all, StringFunctions.all, RegexFunctions.all, FormatFunctions.all, CollectionFunctions.all,
            MapFunctions.all, SetFunctions.all, ConversionFunctions.all, EncodingFunctions.all, HashFunctions.all, DateFunctions.all,
            AddressFunctions.all, FilesystemFunctions.all, TemplateFunctions.all,
        ]
        return Dictionary(uniqueKeysWithValues: topics.joined().map { ($0.name, $0) })
    }()

    /// What only the console has besides.
    package static let console: [String: Function] = ["type": ConversionFunctions.type]
}
