/// Counts what passed, and prints what did not.
struct Tally {
    private(set) var passed = 0
    private(set) var failed = 0
    let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func record(_ id: String, _ expected: String, _ got: String) {
        if expected == got {
            passed += 1
            return
        }
        failed += 1
        if failed <= limit { print("FAIL \(id)\n  expected: \(expected)\n  got:      \(got)") }
    }

    func printSummary() { print("\(passed) passed, \(failed) failed") }
}
