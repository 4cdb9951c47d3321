/// The generator of Go's `math/rand`, with which the published provider makes what depends on a seed: the same seed gives the
/// same result in either.
///
/// An additive lagged Fibonacci generator: each number is the sum of those 607 and 273 before it.
struct GoRandom {
    private static let length = 607
    private static let lag = 273

    private var numbers: [UInt64]
    private var tap = 0
    private var feed = length - lag

    /// As the provider does: the checksum of the text is the seed.
    init(seed: String) { self.init(seed: Int64(bitPattern: Self.checksum(Array(seed.utf8)))) }

    init(seed: Int64) {
        var seed = seed % Int64(Int32.max)
        if seed < 0 { seed += Int64(Int32.max) }
        var small = LehmerGenerator(seed: UInt64(seed))
        numbers = Self.warmedUp.map { small.next(shift: 20) ^ $0 }
    }

    mutating func next() -> UInt64 {
        tap = tap == 0 ? Self.length - 1 : tap - 1
        feed = feed == 0 ? Self.length - 1 : feed - 1
        numbers[feed] &+= numbers[tap]
        return numbers[feed]
    }

    /// A number from 0 up to but without the limit, which is positive.
    mutating func below(_ limit: Int) -> Int {
        let isSmall = limit <= Int(Int32.max)
        let bits: UInt64 = isSmall ? 31 : 63
        let limit = UInt64(limit)
        func shortened(_ number: UInt64) -> UInt64 { (number & .max >> 1) >> (63 - bits) }
        if limit & (limit - 1) == 0 { return Int(shortened(next()) & (limit - 1)) }
        // Those above the largest multiple of the limit would favour small results.
        let last = (1 << bits - 1) - (1 << bits) % limit
        var number = shortened(next())
        while number > last { number = shortened(next()) }
        return Int(number % limit)
    }

    /// The numbers below the count in another order.
    mutating func permutation(_ count: Int) -> [Int] {
        var result = [Int](repeating: 0, count: count)
        for index in 0..<count {
            let other = below(index + 1)
            result[index] = result[other]
            result[other] = index
        }
        return result
    }

    /// CRC-64 by the polynomial of ISO 3309.
    static func checksum(_ bytes: [UInt8]) -> UInt64 {
        var sum = UInt64.max
        for byte in bytes {
            sum ^= UInt64(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xD800_0000_0000_0000 : sum >> 1 }
        }
        return ~sum
    }

    /// The state of the generator, seeded with 1, after 7.8 × 10^12 numbers, which Go mixes into every seed.
    ///
    /// Go has it as a table. Here it is computed: the recurrence is linear, so that many steps are one polynomial, the remainder
    /// of x^(7.8 × 10^12) by x^607 - x^334 - 1.
    private static let warmedUp: [UInt64] = {
        let steps: UInt64 = 7_800_000_000_000
        var small = LehmerGenerator(seed: 1)
        let initial = (0..<length).map { _ in small.next(shift: 10) }
        // The generator runs through its numbers from the end of its first part, backwards.
        func place(_ step: Int) -> Int { ((length - lag - 1 - step) % length + length) % length }
        var history = (0..<length).map { initial[place($0 - length)] }
        for index in length..<(2 * length) { history.append(history[index - length] &+ history[index - lag]) }

        let polynomial = power(steps)
        var result = [UInt64](repeating: 0, count: length)
        for index in 0..<length {
            var sum: UInt64 = 0
            for (exponent, factor) in polynomial.enumerated() { sum &+= factor &* history[index + exponent] }
            let step = Int(steps % UInt64(length)) + index - length
            result[place(step)] = sum
        }
        return result
    }()

    /// The remainder of x to the power.
    private static func power(_ exponent: UInt64) -> [UInt64] {
        var result = [UInt64](repeating: 0, count: length)
        result[0] = 1
        for bit in (0..<(UInt64.bitWidth - exponent.leadingZeroBitCount)).reversed() {
            result = squared(result)
            if exponent >> UInt64(bit) & 1 == 1 { result = remainder([0] + result) }
        }
        return result
    }

    private static func squared(_ factors: [UInt64]) -> [UInt64] {
        var product = [UInt64](repeating: 0, count: 2 * length)
        factors.withUnsafeBufferPointer { factors in
            product.withUnsafeMutableBufferPointer { product in
                for left in 0..<length {
                    for right in 0..<length { product[left + right] &+= factors[left] &* factors[right] }
                }
            }
        }
        return remainder(product)
    }

    private static func remainder(_ factors: [UInt64]) -> [UInt64] {
        var factors = factors
        for index in (length..<max(length, factors.count)).reversed() {
            factors[index - length] &+= factors[index]
            factors[index - lag] &+= factors[index]
        }
        return Array(factors.prefix(length))
    }
}

/// Lehmer's generator with the factor 48271, from which Go's gets its first numbers.
private struct LehmerGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed == 0 ? 89_482_311 : seed
        for _ in 0..<20 { advance() }
    }

    private mutating func advance() { state = state * 48271 % UInt64(Int32.max) }

    /// Three states, put over each other.
    mutating func next(shift: UInt64) -> UInt64 {
        var result: UInt64 = 0
        for part in (0..<3).reversed() {
            advance()
            result ^= state << (shift * UInt64(part))
        }
        return result
    }
}
