package import HCL

// The order in which Terraform lists changes: shorter module paths first, then by the names on the way; data sources before
// resources; texts by their bytes.

extension ModuleInstanceAddress: Comparable {
    package static func < (left: ModuleInstanceAddress, right: ModuleInstanceAddress) -> Bool {
        if left.steps.count != right.steps.count { return left.steps.count < right.steps.count }
        for (mine, other) in zip(left.steps, right.steps) where mine != other {
            return mine.call == other.call ? mine.key.precedes(other.key) : mine.call.bytesPrecede(other.call)
        }
        return false
    }
}

extension ModuleAddress: Comparable {
    package static func < (left: ModuleAddress, right: ModuleAddress) -> Bool {
        if left.calls.count != right.calls.count { return left.calls.count < right.calls.count }
        return zip(left.calls, right.calls).first { $0 != $1 }.map { $0.bytesPrecede($1) } ?? false
    }
}

extension ResourceAddress: Comparable {
    package static func < (left: ResourceAddress, right: ResourceAddress) -> Bool {
        if left.mode != right.mode { return left.mode.rank < right.mode.rank }
        if left.type != right.type { return left.type.bytesPrecede(right.type) }
        return left.name.bytesPrecede(right.name)
    }
}

extension ConfiguredResourceAddress: Comparable {
    package static func < (left: ConfiguredResourceAddress, right: ConfiguredResourceAddress) -> Bool {
        left.module == right.module ? left.resource < right.resource : left.module < right.module
    }
}

extension AbsoluteResourceAddress: Comparable {
    package static func < (left: AbsoluteResourceAddress, right: AbsoluteResourceAddress) -> Bool {
        left.module == right.module ? left.resource < right.resource : left.module < right.module
    }
}

extension ResourceInstanceAddress: Comparable {
    package static func < (left: ResourceInstanceAddress, right: ResourceInstanceAddress) -> Bool {
        if left.absoluteResource != right.absoluteResource { return left.absoluteResource < right.absoluteResource }
        return left.key.precedes(right.key)
    }
}

extension InstanceKey? {
    /// No key comes first.
    package func precedes(_ other: InstanceKey?) -> Bool {
        switch (self, other) {
        case (let mine?, let other?): mine < other
        case (nil, .some): true
        default: false
        }
    }
}

extension ResourceAddress.Mode {
    fileprivate var rank: Int {
        switch self {
        case .data: 0
        case .managed: 1
        case .ephemeral: 2
        }
    }
}
