import HCL

/// The modules that `terraform init` put into a directory: `.terraform/modules/modules.json`.
package struct InstalledModules: ModuleResolver {
    private var directories: [String: String] = [:]

    /// - Parameter root: the directory of the root module. Without a readable list in it, no module is known.
    package init(root: String) {
        guard case .success(let bytes) = ConfigurationFileReader.read("\(root)/.terraform/modules/modules.json", inside: nil) else {
            return
        }
        // A list that is damaged is as good as none: what is missing will be told module by module.
        guard let document = try? Value.jsonDecoded(String(decoding: bytes, as: UTF8.self)) else { return }
        for entry in document.members?["Modules"]?.elements ?? [] {
            guard let key = entry.members?["Key"]?.stringValue, let path = entry.members?["Dir"]?.stringValue else { continue }
            directories[key] = path.hasPrefix("/") ? path : "\(root)/\(path)"
        }
    }

    package func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? {
        directories[address.calls.joined(separator: ".")]
    }
}
