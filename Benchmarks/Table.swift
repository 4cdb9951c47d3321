import Glibc

/// One measured figure beside its reference.
struct Row {
    var name: String
    /// Nanoseconds.
    var median: Double
    var reference: String = ""
    /// Nanoseconds, measured in turn with the figure; not a number if there is no reference.
    var referenceMedian: Double = .nan
    /// How many things one measurement did; figures are also shown as a rate if it is more than one.
    var count: Int = 1
    /// What one of these things is; bytes are shown as a rate in MB.
    var unit = ""
    var aim: String = ""
    /// What else was seen: memory, the slowest.
    var detail: String = ""
}

/// The table that `make bench` prints.
enum Table {
    static func print(_ rows: [Row]) {
        let head = ["what", "median", "rate", "reference", "median", "ratio", "aim", ""]
        let cells =
            [head]
            + rows.map { row in
                [
                    row.name, time(row.median), row.count > 1 ? rate(row) : "", row.reference, time(row.referenceMedian),
                    decimal(row.median / row.referenceMedian), row.aim, row.detail,
                ]
            }
        let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        for row in cells {
            Swift.print(zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  "))
        }
    }

    private static func rate(_ row: Row) -> String {
        let rate = Double(row.count) / row.median * 1e9
        return row.unit == "B" ? "\(decimal(rate / 1e6)) MB/s" : "\(Int(rate)) /s"
    }

    static func time(_ nanoseconds: Double) -> String {
        switch nanoseconds {
        case _ where nanoseconds.isNaN: "-"
        case ..<1e4: "\(decimal(nanoseconds)) ns"
        case ..<1e6: "\(decimal(nanoseconds / 1e3)) µs"
        default: "\(decimal(nanoseconds / 1e6)) ms"
        }
    }

    /// Three digits that mean something.
    static func decimal(_ number: Double) -> String {
        guard number.isFinite else { return "-" }
        let digits = number >= 100 ? 0 : number >= 10 ? 1 : 2
        let scale = pow(10.0, Double(digits))
        let rounded = (number * scale).rounded() / scale
        if digits == 0 { return "\(Int(rounded))" }
        let text = "\(rounded)"
        return text
    }
}

/// Runs two things in turn, A B A B …, so that a machine that slows down slows both.
///
/// - Returns: the median of each, in nanoseconds.
func paired(
    rounds: Int, warmUp: Int = 2, _ first: () async throws -> Void, _ second: () async throws -> Void
) async throws -> (Double, Double) {
    var times: ([Double], [Double]) = ([], [])
    for round in 0..<(rounds + warmUp) {
        let a = try await measure(first)
        let b = try await measure(second)
        guard round >= warmUp else { continue }
        times.0.append(a)
        times.1.append(b)
    }
    return (median(times.0), median(times.1))
}

func measure(_ body: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start).nanoseconds
}

extension Duration {
    var nanoseconds: Double { Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9 }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[sorted.count / 2]
}
