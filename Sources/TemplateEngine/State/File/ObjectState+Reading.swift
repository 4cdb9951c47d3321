import HCL
import TemplateConfiguration

extension ObjectState {
    /// One of the `instances` of a resource.
    init(_ members: JSONPlace.Members) throws(StateFileError) {
        if let flat = members["attributes_flat"] {
            throw flat.fail(
                "written by Terraform before 0.12, which no provider of today reads; refresh the state with Terraform 0.12 first")
        }
        try members.allowOnly([
            "index_key", "status", "deposed", "schema_version", "attributes", "attributes_flat", "sensitive_attributes",
            "identity_schema_version", "identity", "private", "dependencies", "create_before_destroy",
        ])
        let attributes = try members.required("attributes")
        guard attributes.json.isObject else { throw attributes.fail("an object is required") }
        self.init(schemaVersion: try members["schema_version"]?.count() ?? 0, attributes: attributes.json.compact)
        if let status = members["status"] {
            switch try status.string() {
            case "": break
            case "tainted": isTainted = true
            case let other: throw status.fail("\"tainted\" or nothing is required, this is \(other.goQuoted)")
            }
        }
        for path in try members["sensitive_attributes"]?.items() ?? [] {
            var steps: [PathStep] = []
            for step in try path.items() { steps.append(try PathStep(step)) }
            sensitivePaths.append(steps)
        }
        identitySchemaVersion = try members["identity_schema_version"]?.count()
        identity = members["identity"]?.json.compact
        privateData = try members["private"]?.string()
        for dependency in try members["dependencies"]?.items() ?? [] {
            let address = try dependency.address("a resource", ResourceInstanceAddress.parse)
            guard address.key == nil, address.module.steps.allSatisfy({ $0.key == nil }) else {
                throw dependency.fail("not the address of a resource: instances have no place in it")
            }
            dependencies.append(address.configured)
        }
        createBeforeDestroy = try members["create_before_destroy"]?.bool() ?? false
    }
}

extension PathStep {
    /// `{"type":"get_attr","value":"name"}` or `{"type":"index","value":{"value":0,"type":"number"}}`
    fileprivate init(_ place: JSONPlace) throws(StateFileError) {
        let members = try place.members()
        try members.allowOnly(["type", "value"])
        let type = try members.required("type")
        let value = try members.required("value")
        switch try type.string() {
        case "get_attr": self = .attribute(try value.string())
        case "index":
            let key: Value
            do {
                key = try Value.jsonDecoded(value.json.text, as: .dynamic)
            } catch {
                throw value.fail(error.description)
            }
            guard key.stringValue != nil || key.numberValue != nil else { throw value.fail("a string or a number is required") }
            self = .index(key)
        case let other: throw type.fail("\"get_attr\" or \"index\" is required, this is \(other.goQuoted)")
        }
    }
}

extension CheckState {
    /// One of `check_results`.
    init(_ place: JSONPlace) throws(StateFileError) {
        let members = try place.members()
        try members.allowOnly(["object_kind", "config_addr", "status", "objects"])
        let kind = try members.required("object_kind")
        guard let known = Kind(rawValue: try kind.string()) else { throw kind.fail("a kind of check we do not know") }
        var instances: [Instance] = []
        for object in try members["objects"]?.items() ?? [] { instances.append(try Instance(object)) }
        self.init(
            kind: known, configuredAddress: try members.required("config_addr").string(),
            status: try Status(members.required("status")), instances: instances)
    }
}

extension CheckState.Instance {
    fileprivate init(_ place: JSONPlace) throws(StateFileError) {
        let members = try place.members()
        try members.allowOnly(["object_addr", "status", "failure_messages"])
        self.init(
            address: try members.required("object_addr").string(), status: try CheckState.Status(members.required("status")),
            failureMessages: try members["failure_messages"]?.strings() ?? [])
    }
}

extension CheckState.Status {
    fileprivate init(_ place: JSONPlace) throws(StateFileError) {
        guard let status = CheckState.Status(rawValue: try place.string()) else {
            throw place.fail("\"pass\", \"fail\", \"error\" or \"unknown\" is required")
        }
        self = status
    }
}
