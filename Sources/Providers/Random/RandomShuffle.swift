import HCL
import ProviderKit

/// `random_shuffle`: strings in another order; with a seed always the same one.
struct RandomShuffle: ResourceType {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "keepers": .keepers,
                "seed": .input(.string, "Arbitrary string with which to seed the random number generator."),
                "input": .input(.list(.string), "The list of strings to shuffle.", .required),
                "result_count": .input(
                    .number, "The number of results to return, by default that of the strings; with more of them strings are repeated."),
                "result": .result("Random permutation of the list of strings given in `input`.", .list(.string)),
                "id": .result("A static value."),
            ]))
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws { ReplacingMap.plan("keepers", &change) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let input = planned[attribute: "input"].elements ?? []
        let count = planned.integer("result_count") ?? input.count
        guard count <= RandomSource.sizeMax else {
            throw ProviderError(
                "Create Random Shuffle Error", "At most \(RandomSource.sizeMax) results can be made, got: \(count).",
                at: .attribute("result_count"))
        }
        var result: [Value] = []
        if let seed = planned.string("seed"), !seed.isEmpty {
            var random = GoRandom(seed: seed)
            fill(&result, count, input) { random.permutation($0) }
        } else {
            fill(&result, count, input) { Array(0..<$0).shuffled() }
        }
        return planned.setting(["result": .list(result, of: .string), "id": .string("-")])
    }

    /// Adds one order of the strings after the other until there are enough.
    private func fill(_ result: inout [Value], _ count: Int, _ input: [Value], _ permutation: (Int) -> [Int]) {
        // As published: of a count below zero one string comes out.
        if count == 0 || input.isEmpty { return }
        repeat {
            for index in permutation(input.count) {
                result.append(input[index])
                if result.count >= count { return }
            }
        } while true
    }
}
