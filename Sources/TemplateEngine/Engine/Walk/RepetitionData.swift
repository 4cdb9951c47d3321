import HCL
import TemplateEvaluation

/// What `count` and `each` stand for in one instance.
struct RepetitionData: Sendable {
    var countIndex: Int?
    var eachKey: Value?
    var eachValue: Value?

    static let none = RepetitionData()
}

extension Expansion {
    /// The keys of all instances; the number of them is known in every walk.
    var instanceKeys: [InstanceKey?] { keys ?? [] }

    func contains(_ key: InstanceKey?) -> Bool { instanceKeys.contains(key) }

    /// What an instance knows of itself.
    func repetition(of key: InstanceKey?) -> RepetitionData {
        switch (self, key) {
        case (.count, .integer(let index)?): RepetitionData(countIndex: index)
        case (.forEach(let items), .string(let key)?): RepetitionData(eachKey: .string(key), eachValue: items[key])
        default: .none
        }
    }
}
