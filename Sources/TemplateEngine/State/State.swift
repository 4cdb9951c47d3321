package import HCL
package import TemplateConfiguration

/// What a template has made: the content of a Terraform state file, format version 4.
///
/// Values of instances are kept as the file has them, as JSON with the paths of what is sensitive, because only the schema of
/// their type tells what type they are.
package struct State: Sendable {
    /// Written by a Terraform of this version; ours says which version's behaviour the engine has.
    package var terraformVersion: String
    /// Goes up by one with every change.
    package var serial: Int
    /// Tells states of different templates apart; stays for life.
    package var lineage: String
    package var outputs: [String: OutputState]
    package var resources: [AbsoluteResourceAddress: ResourceState]
    package var checks: [CheckState]

    package init(terraformVersion: String = "1.11.4", serial: Int = 0, lineage: String) {
        self.terraformVersion = terraformVersion
        self.serial = serial
        self.lineage = lineage
        outputs = [:]
        resources = [:]
        checks = []
    }

    package subscript(address: ResourceInstanceAddress) -> InstanceState? {
        get { resources[address.absoluteResource]?.instances[address.key] }
        set {
            let resource = address.absoluteResource
            resources[resource]?.instances[address.key] = newValue
            if let instances = resources[resource]?.instances, instances.isEmpty { resources[resource] = nil }
        }
    }
}

/// An output of the root module.
package struct OutputState: Sendable {
    /// Not marked.
    package var value: Value
    package var isSensitive: Bool

    package init(value: Value, isSensitive: Bool) {
        self.value = value
        self.isSensitive = isSensitive
    }
}

/// A resource and its instances.
package struct ResourceState: Sendable {
    /// The configuration of the provider that last worked on it.
    package var provider: ProviderConfigurationAddress
    package var instances: [InstanceKey?: InstanceState]

    package init(provider: ProviderConfigurationAddress, instances: [InstanceKey?: InstanceState] = [:]) {
        self.provider = provider
        self.instances = instances
    }
}

/// The current object of an instance, and those that wait to be destroyed after a replacement.
package struct InstanceState: Sendable {
    package var current: ObjectState?
    /// By their key of eight hexadecimal digits.
    package var deposed: [String: ObjectState]

    package init(current: ObjectState?, deposed: [String: ObjectState] = [:]) {
        self.current = current
        self.deposed = deposed
    }
}

/// One object as it was last seen.
package struct ObjectState: Sendable {
    package var schemaVersion: Int
    /// The attributes as JSON text of an object.
    package var attributes: String
    /// Paths that are sensitive beyond what the schema says.
    package var sensitivePaths: [[PathStep]]
    /// Whether it must be replaced because its creation, or a provisioner, failed.
    package var isTainted: Bool
    package var createBeforeDestroy: Bool
    /// What it depended on when it was made.
    package var dependencies: [ConfiguredResourceAddress]
    /// What the provider keeps beside the attributes, in base64.
    package var privateData: String?
    /// What newer versions of Terraform keep to recognise the object in the world, as JSON text; only carried along.
    package var identity: String?
    package var identitySchemaVersion: Int?

    package init(schemaVersion: Int = 0, attributes: String) {
        self.schemaVersion = schemaVersion
        self.attributes = attributes
        sensitivePaths = []
        isTainted = false
        createBeforeDestroy = false
        dependencies = []
        privateData = nil
    }
}

/// The results of conditions that a configuration object has.
package struct CheckState: Sendable, Hashable {
    package enum Kind: String, Sendable { case resource, outputValue = "output", check, inputVariable = "var" }
    package enum Status: String, Sendable { case pass, fail, error, unknown }

    package var kind: Kind
    /// `check.a`, `terraform_data.a`, `output.o`, `var.v`, with the module before it.
    package var configuredAddress: String
    package var status: Status
    /// By instance address, in its order.
    package var instances: [Instance]

    package struct Instance: Sendable, Hashable {
        package var address: String
        package var status: Status
        package var failureMessages: [String]

        package init(address: String, status: Status, failureMessages: [String] = []) {
            self.address = address
            self.status = status
            self.failureMessages = failureMessages
        }
    }

    package init(kind: Kind, configuredAddress: String, status: Status, instances: [Instance]) {
        self.kind = kind
        self.configuredAddress = configuredAddress
        self.status = status
        self.instances = instances
    }
}
