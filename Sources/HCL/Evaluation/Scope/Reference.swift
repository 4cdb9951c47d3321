/// What a traversal refers to, by the rules about names at the start of one.
package struct Reference: Sendable {
    package var subject: Subject
    /// From the root to the step that ends the subject; nil if the traversal ends before.
    package var range: SourceRange?
    /// The steps after the subject.
    package var remaining: [TraversalStep]

    package init(_ subject: Subject, _ range: SourceRange?, remaining: [TraversalStep] = []) {
        self.subject = subject
        self.range = range
        self.remaining = remaining
    }

    /// A thing that can be referred to.
    package enum Subject: Sendable, Hashable {
        /// `var.name`
        case input(String)
        /// `local.name`
        case local(String)
        /// `path.name`
        case path(String)
        /// `terraform.name`
        case terraform(String)
        /// `count.name`
        case count(String)
        /// `each.name`
        case each(String)
        /// `self`
        case ownObject
        /// All instances, or the one where neither `count` nor `for_each` is set.
        case resource(ResourceAddress)
        case resourceInstance(ResourceAddress, InstanceKey?)
        case module(String)
        case moduleInstance(String, InstanceKey)
        /// `module.name.output`
        case moduleOutput(String, InstanceKey?, output: String)
    }
}

/// Which of the instances of a resource or module.
package enum InstanceKey: Sendable, Hashable {
    case integer(Int)
    case string(String)
}

/// A resource as a configuration names it.
package struct ResourceAddress: Sendable, Hashable, CustomStringConvertible {
    package enum Mode: String, Sendable {
        case managed, data, ephemeral
    }

    package var mode: Mode
    package var type: String
    package var name: String

    package init(_ mode: Mode, _ type: String, _ name: String) {
        self.mode = mode
        self.type = type
        self.name = name
    }

    package var description: String {
        let address = "\(type).\(name)"
        return mode == .managed ? address : "\(mode.rawValue).\(address)"
    }
}
