/// Functions of networks of the Internet Protocol.
enum AddressFunctions {
    static let all: [Function] = [cidrhost, cidrnetmask, cidrsubnet, cidrsubnets]

    private static let cidrhost = Function("cidrhost", [.string("prefix"), .number("hostnum")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let host = try whole(arguments[1])
        let prefix = try NetworkPrefix(arguments[0].string)
        let most = NetworkPrefix.mask(prefix.address.length - prefix.length, of: prefix.address.length - prefix.length)
        func refusal(_ number: String) -> FunctionError {
            FunctionError("prefix of \(prefix.length) does not accommodate a host numbered \(number)")
        }
        var number = host.magnitude
        if host.isNegative {
            // -1 is the last one; what is too small is told as counted from there.
            guard number - 1 <= most else { throw refusal("-\(number - 1 - most)") }
            number = most - (number - 1)
        } else if let seen = UInt128(exactly: Int64(truncatingIfNeeded: number)), seen > most {
            // Only 64 bits with a sign are compared, so that greater numbers can get by, into the next networks.
            throw refusal(String(number))
        }
        // In an address of version 4 that is written as one of version 6, hosts count from bit 32 of its 128.
        let shift: UInt128 = prefix.address.isMapped ? 96 : 0
        let bits = prefix.address.bits | number << shift
        guard bits & NetworkPrefix.mask(prefix.address.length, of: prefix.address.length) == bits else { throw refusal(String(number)) }
        return .string(NetworkAddress(bits: bits, length: prefix.address.length).text)
    }

    private static let cidrnetmask = Function("cidrnetmask", [.string("prefix")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let prefix = try NetworkPrefix(arguments[0].string)
        let length = prefix.address.length
        guard length == 32 || prefix.address.isMapped else {
            throw FunctionError("IPv6 addresses cannot have a netmask: \(arguments[0].string)")
        }
        return .string(NetworkAddress(bits: NetworkPrefix.mask(prefix.length, of: length), length: length).text)
    }

    private static let cidrsubnet = Function(
        "cidrsubnet", [.string("prefix"), .number("newbits"), .number("netnum")], returns: .string
    ) { (arguments, _, _) throws(FunctionError) in
        let added = try arguments[1].integer()
        let number = try whole(arguments[2])
        let prefix = try NetworkPrefix(arguments[0].string)
        guard added <= prefix.address.length - prefix.length else {
            throw FunctionError("insufficient address space to extend prefix of \(prefix.length) by \(added)")
        }
        let length = prefix.length + added
        guard length >= 0 else { throw FunctionError("prefix of \(prefix.length) cannot be extended by \(added)") }
        // The sign of the number is not looked at, and a prefix may also get shorter.
        let most: UInt128 = (0...63).contains(added) ? UInt128(1) << UInt128(added) - 1 : UInt128(UInt64.max)
        guard number.magnitude <= most else {
            let shown = (number.isNegative ? "-" : "") + String(number.magnitude)
            throw FunctionError("prefix extension of \(added) does not accommodate a subnet numbered \(shown)")
        }
        let shift = prefix.address.length - length
        let shifted = shift >= 128 ? 0 : number.magnitude << UInt128(shift)
        var bits = prefix.address.bits | shifted
        if number.isNegative {
            // The bits of the address or a negative number, as a number without its sign.
            bits = ((shifted &- 1) & ~prefix.address.bits) &+ 1
        }
        bits &= NetworkPrefix.mask(prefix.address.length, of: prefix.address.length)
        return .string(NetworkPrefix.text(NetworkAddress(bits: bits, length: prefix.address.length), length))
    }

    private static let cidrsubnets = Function(
        "cidrsubnets", [.string("prefix")], variadic: .number("newbits"), returns: .list(.string)
    ) { (arguments, _, _) throws(FunctionError) in
        let prefix: NetworkPrefix
        do throws(FunctionError) {
            prefix = try NetworkPrefix(arguments[0].string)
        } catch {
            throw FunctionError(argument: 0, error.message)
        }
        let bits = prefix.address.length
        var result: [Value] = []
        var next = prefix.address.bits
        var isOver = false
        var previous: NetworkPrefix?
        for (index, argument) in arguments.enumerated().dropFirst() {
            let added = try argument.integer(argument: index)
            if added < 1 { throw FunctionError(argument: index, "must extend prefix by at least one bit") }
            if added > 32 { throw FunctionError(argument: index, "may not extend prefix by more than 32 bits") }
            let length = prefix.length + added
            if length > bits {
                let family = bits == 32 ? "IPv4" : "IPv6"
                throw FunctionError(
                    argument: index, "would extend prefix to \(length) bits, which is too long for an \(family) address")
            }
            if previous == nil {
                // The search starts before the network, and what is before the first address of all is at the end.
                let before = NetworkAddress(bits: (next &- 1) & NetworkPrefix.mask(bits, of: bits), length: bits)
                previous = NetworkPrefix(address: before, length: length)
                isOver = next == 0
            }
            // A subnet starts at a multiple of its size.
            let size = UInt128(1) << UInt128(bits - length)
            let start = (next + size - 1) / size * size
            guard !isOver, prefix.contains(NetworkAddress(bits: start, length: bits)) else {
                let after = previous?.text ?? prefix.text
                throw FunctionError(
                    argument: index, "not enough remaining address space for a subnet with a prefix of \(length) bits after \(after)")
            }
            let subnet = NetworkPrefix(address: NetworkAddress(bits: start, length: bits), length: length)
            result.append(.string(subnet.text))
            isOver = subnet.last == NetworkPrefix.mask(bits, of: bits)
            next = isOver ? 0 : subnet.last + 1
            previous = subnet
        }
        return .list(result, of: .string)
    }

    /// A whole number as its sign and its size.
    private static func whole(_ value: Value) throws(FunctionError) -> (isNegative: Bool, magnitude: UInt128) {
        guard value.number.isInteger else { throw FunctionError("value must be a whole number") }
        guard let magnitude = UInt128(value.number.abs.text) else { throw FunctionError("value must have no more than 128 bits") }
        return (value.number.sign < 0, magnitude)
    }
}
