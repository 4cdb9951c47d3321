package import HCL

/// A resource of a module, all its instances together, without keys anywhere: how the configuration is cross-referenced.
package struct ConfiguredResourceAddress: Sendable, Hashable, CustomStringConvertible {
    package var module: ModuleAddress
    package var resource: ResourceAddress

    package init(_ module: ModuleAddress, _ resource: ResourceAddress) {
        self.module = module
        self.resource = resource
    }

    package var description: String { module.isRoot ? resource.description : "\(module).\(resource)" }
}

/// A resource in one instance of its module; its own instances together.
package struct AbsoluteResourceAddress: Sendable, Hashable, CustomStringConvertible {
    package var module: ModuleInstanceAddress
    package var resource: ResourceAddress

    package init(_ module: ModuleInstanceAddress, _ resource: ResourceAddress) {
        self.module = module
        self.resource = resource
    }

    package var configured: ConfiguredResourceAddress { ConfiguredResourceAddress(module.module, resource) }
    package func instance(_ key: InstanceKey?) -> ResourceInstanceAddress { ResourceInstanceAddress(module, resource, key) }
    package var description: String { module.isRoot ? resource.description : "\(module).\(resource)" }
}

/// One object: `module.m["x"].docker_container.web[0]`.
package struct ResourceInstanceAddress: Sendable, Hashable, CustomStringConvertible {
    package var module: ModuleInstanceAddress
    package var resource: ResourceAddress
    package var key: InstanceKey?

    package init(_ module: ModuleInstanceAddress, _ resource: ResourceAddress, _ key: InstanceKey? = nil) {
        self.module = module
        self.resource = resource
        self.key = key
    }

    package var absoluteResource: AbsoluteResourceAddress { AbsoluteResourceAddress(module, resource) }
    package var configured: ConfiguredResourceAddress { absoluteResource.configured }
    package var description: String { absoluteResource.description + key.text }
}

extension InstanceKey? {
    /// `[0]`, `["x"]`, or nothing.
    package var text: String {
        switch self {
        case .integer(let number)?: "[\(number)]"
        case .string(let string)?: "[\(string.hclQuoted)]"
        case nil: ""
        }
    }
}

extension InstanceKey: Comparable {
    /// Numbers before texts, texts by their bytes.
    package static func < (left: InstanceKey, right: InstanceKey) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.integer, .string): true
        case (.string, .integer): false
        }
    }
}
