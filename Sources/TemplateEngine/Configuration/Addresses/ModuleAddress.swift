package import HCL

/// A module as the configuration names it: the calls that lead to it. Empty for the root module.
package struct ModuleAddress: Sendable, Hashable, CustomStringConvertible {
    package var calls: [String]

    package init(_ calls: [String] = []) { self.calls = calls }

    package static let root = ModuleAddress()

    package var isRoot: Bool { calls.isEmpty }
    package var parent: ModuleAddress? { isRoot ? nil : ModuleAddress(Array(calls.dropLast())) }
    package func child(_ call: String) -> ModuleAddress { ModuleAddress(calls + [call]) }

    /// `module.a.module.b`; empty for the root.
    package var description: String { calls.map { "module.\($0)" }.joined(separator: ".") }
}

/// One of the instances of a module.
package struct ModuleInstanceAddress: Sendable, Hashable, CustomStringConvertible {
    package struct Step: Sendable, Hashable {
        package var call: String
        /// Nil where the call has neither `count` nor `for_each`.
        package var key: InstanceKey?

        package init(_ call: String, _ key: InstanceKey? = nil) {
            self.call = call
            self.key = key
        }
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    package static let root = ModuleInstanceAddress()

    package var isRoot: Bool { steps.isEmpty }
    /// The module without instance keys.
    package var module: ModuleAddress { ModuleAddress(steps.map(\.call)) }
    package var parent: ModuleInstanceAddress? { isRoot ? nil : ModuleInstanceAddress(Array(steps.dropLast())) }
    package func child(_ call: String, _ key: InstanceKey? = nil) -> ModuleInstanceAddress {
        ModuleInstanceAddress(steps + [Step(call, key)])
    }

    /// `module.a[0].module.b["x"]`; empty for the root.
    package var description: String { steps.map { "module.\($0.call)\($0.key.text)" }.joined(separator: ".") }
}
