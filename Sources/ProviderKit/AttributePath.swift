package import HCL

/// Where in a value: `a[0].b["c"]`; an element of a set is named by itself.
package typealias AttributePath = [PathStep]

extension [PathStep] {
    package static func attribute(_ name: String) -> AttributePath { [.attribute(name)] }

    package func attribute(_ name: String) -> AttributePath { self + [.attribute(name)] }
    package func index(_ index: Int) -> AttributePath { self + [.index(.integer(index))] }
    package func key(_ key: String) -> AttributePath { self + [.index(.string(key))] }
}
