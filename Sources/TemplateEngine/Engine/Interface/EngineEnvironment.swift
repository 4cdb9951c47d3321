package import TemplateState
package import ProviderKit

/// What an engine is told beside the template.
package struct EngineEnvironment: Sendable {
    /// Variables, labels and the root module's directory, for providers and provisioners.
    package var provider: ProviderEnvironment
    /// What file functions may read: nothing outside of this directory; nil for everything, if the operator allows that.
    package var allowedRoot: String?
    /// `terraform.workspace`
    package var workspace: String
    /// Whether `a || b` and `a && b` are decided by `a` where that is possible, as since Terraform 1.12; 1.11 asks for both.
    package var shortensLogic = true
    /// Identity of what is being done: done again from the same state it gives its changes the same keys, so that nothing is made
    /// twice. Nil if it is never done again.
    package var operationID: String?
    /// How many operations of providers run at once.
    package var parallelism: Int
    /// Told of progress, from any thread.
    package var observer: @Sendable (EngineEvent) -> Void

    package init(
        provider: ProviderEnvironment, allowedRoot: String? = nil, workspace: String = "default", operationID: String? = nil,
        parallelism: Int = 10,
        observer: @escaping @Sendable (EngineEvent) -> Void = { _ in }
    ) {
        self.provider = provider
        self.allowedRoot = allowedRoot
        self.workspace = workspace
        self.operationID = operationID
        self.parallelism = parallelism
        self.observer = observer
    }
}

/// Something that happened while an engine worked.
package enum EngineEvent: Sendable {
    /// A provider begins to read an object again.
    case refreshing(address: String)
    /// A provider begins to read a data source.
    case reading(address: String)
    case read(address: String)
    /// A change begins.
    case applying(address: String, ResourceChange.Action)
    case applied(address: String, ResourceChange.Action, id: String?)
    case failed(address: String, ResourceChange.Action)
    /// A provisioner begins.
    case provisioning(address: String, provisioner: String)
    /// A line of a provider or provisioner.
    case output(address: String, line: String)
    /// How far an operation of a provider has come, in words and as ``ProviderOperation/progress(_:done:total:)`` has it.
    case progress(address: String, message: String, done: UInt64, total: UInt64)
}
