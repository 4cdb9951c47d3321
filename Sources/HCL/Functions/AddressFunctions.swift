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
        } else if number > most {
            throw refusal(String(number))
        }
        return .string(NetworkAddress(bits: prefix.address.bits | number, length: prefix.address.length).text)
    }

    private static let cidrnetmask = Function("cidrnetmask", [.string("prefix")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let prefix = try NetworkPrefix(arguments[0].string)
        guard prefix.address.length == 32 else {
            throw FunctionError("IPv6 addresses cannot have a netmask: \(arguments[0].string)")
        }
        return .string(NetworkAddress(bits: NetworkPrefix.mask(prefix.length, of: 32), length: 32).text)
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
        let most: UInt128 = added < 0 || added > 63 ? UInt128(UInt64.max) : UInt128(1) << UInt128(added) - 1
        // Only the lowest 64 bits are looked at, and the sign is not.
        guard added >= 0, number.magnitude & UInt128(UInt64.max) <= most, !number.isNegative, number.magnitude <= UInt128(UInt64.max)
        else {
            let shown = (number.isNegative ? "-" : "") + String(number.magnitude)
            throw FunctionError("prefix extension of \(added) does not accommodate a subnet numbered \(shown)")
        }
        let length = prefix.length + added
        let shift = prefix.address.length - length
        let bits = prefix.address.bits | (shift >= 128 ? 0 : number.magnitude << UInt128(shift))
        return .string(NetworkPrefix(address: NetworkAddress(bits: bits, length: prefix.address.length), length: length).text)
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
