import HCL
import TemplateConfiguration

/// Takes a state file apart.
struct StateReader {
    private var resources: [AbsoluteResourceAddress: ResourceState] = [:]

    mutating func read(_ text: String) throws(StateFileError) -> State {
        let file: JSONPlace
        do {
            file = JSONPlace(json: try RawJSON(validating: text), path: "")
        } catch {
            throw StateFileError("not JSON: \(error)")
        }
        let members = try file.members()
        try checkVersion(members)
        try members.allowOnly([
            "version", "terraform_version", "serial", "lineage", "outputs", "resources", "check_results",
        ])
        var state = State(
            terraformVersion: try members["terraform_version"]?.string() ?? "", serial: try members["serial"]?.count() ?? 0,
            lineage: try members["lineage"]?.string() ?? "")
        if let outputs = try members["outputs"]?.members() {
            for (name, output) in outputs.values { state.outputs[name] = try self.output(output) }
        }
        for resource in try members["resources"]?.items() ?? [] { try read(resource: resource) }
        state.resources = resources
        for check in try members["check_results"]?.items() ?? [] { state.checks.append(try CheckState(check)) }
        return state
    }

    private func checkVersion(_ members: JSONPlace.Members) throws(StateFileError) {
        let place = try members.required("version")
        switch try place.count() {
        case 4: return
        case ..<4:
            throw place.fail(
                "format versions before 4 are not read; any command of Terraform 0.13 that writes the state brings it to version 4")
        case let version: throw place.fail("format version \(version) is newer than 4, the one we know")
        }
    }

    private func output(_ place: JSONPlace) throws(StateFileError) -> OutputState {
        let members = try place.members()
        try members.allowOnly(["value", "type", "sensitive"])
        let type = try members.required("type")
        let isSensitive = try members["sensitive"]?.bool() ?? false
        do {
            let wanted = try ValueType(typeJSON: type.json.text)
            return OutputState(
                value: try Value.jsonDecoded(members["value"]?.json.text ?? "null", as: wanted), isSensitive: isSensitive)
        } catch {
            throw place.fail("\(error)")
        }
    }

    // MARK: Resources

    private mutating func read(resource place: JSONPlace) throws(StateFileError) {
        let members = try place.members()
        // Terraform 0.12 wrote whether there were keys in `each`; they tell it themselves.
        try members.allowOnly(["module", "mode", "type", "name", "each", "provider", "instances"])
        var module = ModuleInstanceAddress.root
        if let text = members["module"] { module = try text.address("a module", ModuleInstanceAddress.parse) }
        let mode = try members.required("mode")
        let modeName = try mode.string()
        guard let known = ResourceAddress.Mode(rawValue: modeName), known != .ephemeral else {
            throw mode.fail("\"managed\" or \"data\" is required, this is \(modeName.goQuoted)")
        }
        let resource = ResourceAddress(known, try name(members, "type"), try name(members, "name"))
        let address = AbsoluteResourceAddress(module, resource)

        let provider = try members.required("provider").address("a provider's configuration", ProviderConfigurationAddress.parse)
        var state = ResourceState(provider: provider)
        for instance in try members["instances"]?.items() ?? [] { try read(instance: instance, into: &state) }
        guard resources.updateValue(state, forKey: address) == nil else { throw place.fail("\(address) is there twice") }
    }

    private func name(_ members: JSONPlace.Members, _ name: String) throws(StateFileError) -> String {
        let place = try members.required(name)
        let text = try place.string()
        guard Names.isIdentifier(text) else { throw place.fail("\(text.goQuoted) is not a name") }
        return text
    }

    private func read(instance place: JSONPlace, into resource: inout ResourceState) throws(StateFileError) {
        let members = try place.members()
        let key = try members["index_key"].map { (text) throws(StateFileError) in try instanceKey(text) }
        let object = try ObjectState(members)
        var instance = resource.instances[key] ?? InstanceState(current: nil)
        if let deposed = members["deposed"], case let deposedKey = try deposed.string(), !deposedKey.isEmpty {
            guard instance.deposed.updateValue(object, forKey: deposedKey) == nil else {
                throw deposed.fail("\(deposedKey.goQuoted) is there twice for one instance")
            }
        } else {
            guard instance.current == nil else { throw place.fail("the instance\(key.text) is there twice") }
            instance.current = object
        }
        resource.instances[key] = instance
    }

    private func instanceKey(_ place: JSONPlace) throws(StateFileError) -> InstanceKey {
        switch try place.parsed() {
        case .string(let string): return .string(string)
        case .number(let number):
            guard let integer = number.int, integer >= 0 else { throw place.fail("an integer that is not negative is required") }
            return .integer(integer)
        default: throw place.fail("a string or an integer is required")
        }
    }
}
