/// An identity of one kind of thing; two kinds do not mix.
package struct Identifier<Kind>: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A new identity: a prefix for people and 64 random bits.
    package static func random(_ prefix: String, using generator: inout some RandomNumberGenerator) -> Self {
        let digits = String(generator.next() as UInt64, radix: 16)
        return Self(rawValue: prefix + "-" + String(repeating: "0", count: 16 - digits.count) + digits)
    }

    package var description: String { rawValue }
}

/// A plugin, by its reverse domain name.
package typealias PluginID = Identifier<PluginKind>
/// One run of one operation.
package typealias JobID = Identifier<JobKind>
/// The idempotency key of an operation; its retries and its recovery carry the same.
package typealias OperationID = Identifier<OperationKind>
/// A worker process; every process it starts carries this in its environment.
package typealias WorkerID = Identifier<WorkerKind>

package enum PluginKind {}
package enum JobKind {}
package enum OperationKind {}
package enum WorkerKind {}

extension Identifier where Kind == JobKind {
    /// A new job's identity.
    package static func new() -> Self {
        var generator = SystemRandomNumberGenerator()
        return random("job", using: &generator)
    }
}

extension Identifier where Kind == OperationKind {
    /// A new operation's identity.
    package static func new() -> Self {
        var generator = SystemRandomNumberGenerator()
        return random("op", using: &generator)
    }
}

extension Identifier where Kind == WorkerKind {
    /// A new worker's identity.
    package static func new() -> Self {
        var generator = SystemRandomNumberGenerator()
        return random("worker", using: &generator)
    }
}
