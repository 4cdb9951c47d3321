import HCL
import JSON
import ResourceGraph
import TemplateConfiguration

/// The resources in a "values representation": a tree of modules.
struct TerraformValues {
    /// One entry of a module's `resources`.
    struct Resource {
        let address: ResourceInstanceAddress
        let values: JSONValue
        let sensitive: JSONValue

        var isData: Bool { address.resource.mode == .data }

        /// - Parameter unknown: where `true` stands is what is known only later.
        func instance(change: NodeChange, unknown: JSONValue = false) -> ResourceSet.Instance {
            let unknown = Set(unknown.truePointers)
            return ResourceSet.Instance(
                address: address, change: change, attributes: values,
                // The tree of what is sensitive covers attributes without a value, too.
                sensitive: Set(sensitive.truePointers.filter { values.value(at: $0) != nil || unknown.contains($0) }), unknown: unknown)
        }
    }

    private(set) var resources: [Resource] = []
    /// What resources depend on, where the document says it.
    private(set) var dependencies: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>] = [:]

    init(_ values: JSONValue, at place: String) throws(ResourceSetError) {
        guard let root = values["root_module"] else { return }
        try read(module: root, at: place + "/root_module")
    }

    private mutating func read(module: JSONValue, at place: String) throws(ResourceSetError) {
        let text = module["address"]?.stringValue ?? ""
        // Why it is none is of no help here; where it stands is.
        guard let address = try? ModuleInstanceAddress.parse(text) else {
            throw ResourceSetError(place, "has an address that is no module's: \(text)")
        }
        for (index, child) in (module["child_modules"]?.arrayValue ?? []).enumerated() {
            try read(module: child, at: "\(place)/child_modules/\(index)")
        }
        for (index, resource) in (module["resources"]?.arrayValue ?? []).enumerated() {
            // What waits to be destroyed after a replacement is not the object of its address.
            guard resource["deposed_key"] == nil else { continue }
            try read(resource: resource, in: address, at: "\(place)/resources/\(index)")
        }
    }

    private mutating func read(resource: JSONValue, in module: ModuleInstanceAddress, at place: String) throws(ResourceSetError) {
        guard let mode = ResourceAddress.Mode(rawValue: resource["mode"]?.stringValue ?? ""), let type = resource["type"]?.stringValue,
            let name = resource["name"]?.stringValue
        else { throw ResourceSetError(place, "must have mode, type and name") }
        let key: InstanceKey?
        switch resource["index"] {
        case nil, .null?: key = nil
        case .string(let text)?: key = .string(text)
        case .integer(let number)?: key = .integer(Int(number))
        case let other?: throw ResourceSetError(place + "/index", "must be a number or a string, is \(other.typeName)")
        }
        let address = ResourceInstanceAddress(module, ResourceAddress(mode, type, name), key)
        resources.append(Resource(address: address, values: resource["values"] ?? [:], sensitive: resource["sensitive_values"] ?? false))
        var list = dependencies[address.configured] ?? []
        for entry in resource["depends_on"]?.arrayValue ?? [] {
            // Terraform writes addresses of resources here; what is none names nothing that could be found.
            if let text = entry.stringValue, let dependency = try? ResourceInstanceAddress.parse(text) {
                list.insert(dependency.configured)
            }
        }
        dependencies[address.configured] = list
    }
}

extension JSONValue {
    /// Where `true` stands in a tree of objects and lists.
    var truePointers: [JSONPointer] {
        var found: [JSONPointer] = []
        func walk(_ value: JSONValue, _ place: JSONPointer) {
            switch value {
            case .bool(true): found.append(place)
            case .object(let members): for (name, member) in members { walk(member, place.appending(name)) }
            case .array(let elements): for (index, element) in elements.enumerated() { walk(element, place.appending(index)) }
            default: break
            }
        }
        walk(self, .root)
        return found
    }
}
