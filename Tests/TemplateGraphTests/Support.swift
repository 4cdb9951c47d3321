import HCL
import JSON
import ProviderKit
import ResourceGraph
import TemplateConfiguration
import TemplateGraph
import TestSupport
import Testing

/// A configuration of the given files, which must have no errors.
func configuration(_ files: [String: String]) async throws -> Configuration {
    try await Fixture.with { fixture in
        let directory = fixture.directory + "/template"
        for (name, text) in files { _ = try fixture.write("template/" + name, text) }
        return try await offPool {
            let (configuration, diagnostics) = ConfigurationLoader().load(directory)
            #expect(diagnostics.filter { $0.severity == .error } == [])
            return configuration
        }
    }
}

/// An address in the words of Terraform.
func address(_ text: String) throws -> ResourceInstanceAddress { try ResourceInstanceAddress.parse(text) }

/// An object of a set.
func instance(_ text: String, _ attributes: JSONValue = [:], change: NodeChange = .none) throws -> ResourceSet.Instance {
    ResourceSet.Instance(address: try address(text), change: change, attributes: attributes)
}

/// A set whose resources depend on each other as given, one step each.
func resources(_ instances: [ResourceSet.Instance], _ dependencies: [String: [String]] = [:]) throws -> ResourceSet {
    var set = ResourceSet(instances: instances)
    for (from, ends) in dependencies {
        for to in ends { set.dependencies.add(try address(from).configured, dependsOn: try address(to).configured) }
    }
    return set
}

/// What a complete agent says of itself.
let linux: JSONValue = ["os": "linux", "arch": "amd64"]

extension JSONValue {
    /// With further members.
    func with(_ members: [String: JSONValue]) -> JSONValue {
        var copy = self
        for (name, value) in members { copy[name] = value }
        return copy
    }
}
