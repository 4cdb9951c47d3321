import CShims
import Glibc
import JSON
package import PluginABI

/// A library that was loaded into this process and agreed on a version of the ABI. It stays for ever.
package final class PluginLibrary: @unchecked Sendable {
    // Safe to share: everything is written in init, and what the pointers lead to is {process} and read only.
    package let descriptor: PluginDescriptor
    package let pointer: UnsafePointer<berth_plugin>
    package let plugin: berth_plugin
    private let inventory: berth_operation?
    private let calls: [String: ActionCall]

    /// The type of the one symbol that a library exports.
    package typealias Entry =
        @convention(c) (UnsafeMutablePointer<berth_hello>?, UnsafeMutablePointer<UnsafePointer<berth_plugin>?>?) -> UInt32

    /// Loads an image and shakes hands.
    ///
    /// - Throws: ``PluginError`` with code `load`, `refused` or `protocolViolation`.
    package convenience init(image: LibraryImage) throws(PluginError) {
        try self.init(entry: try Self.load(descriptor: image.descriptor, path: image.path))
    }

    /// Maps the library behind a descriptor.
    ///
    /// - Parameter path: for messages.
    /// - Throws: ``PluginError`` with code `load`.
    package static func load(descriptor: Int32, path: String) throws(PluginError) -> Entry {
        // The linker knows libraries by the name they were opened with, and takes a name it knows for the library it knows. The
        // number in this one must therefore never mean another file: it is that of a copy which, like the library, stays for ever.
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .system("cannot keep \(path) open", errno) }
        guard let handle = dlopen("/proc/self/fd/\(copy)", cshims_dlopen_flags()) else {
            let reason = dlerror().map { String(cString: $0) } ?? "the dynamic linker does not say why"
            close(copy)
            throw PluginError(.load, "cannot load \(path): \(reason)")
        }
        guard let symbol = dlsym(handle, "berth_plugin_v1") else {
            throw PluginError(.load, "\(path) does not export berth_plugin_v1; it is no Berth plugin, or one for another major version")
        }
        return unsafeBitCast(symbol, to: Entry.self)
    }

    /// Shakes hands with an entry point.
    package init(entry: Entry) throws(PluginError) {
        var hello = berth_hello()
        hello.size = UInt32(MemoryLayout<berth_hello>.size)
        hello.minor_min = 0
        hello.minor_max = UInt32(BERTH_ABI_MINOR)
        var found: UnsafePointer<berth_plugin>?
        let status = PluginStatus(wire: entry(&hello, &found))
        do throws(BorderError) {
            guard status == .ok else {
                let reason = try readText(hello.refusal, "hello.refusal", limit: 1000) ?? "it does not say why"
                throw BorderError("refuses this host, which speaks ABI 1.0 to 1.\(BERTH_ABI_MINOR): \(reason)")
            }
        } catch { throw PluginError(.refused, error.message) }
        do throws(BorderError) {
            guard hello.minor_max <= UInt32(BERTH_ABI_MINOR) else {
                throw BorderError("chose ABI minor \(hello.minor_max), but 0 to \(BERTH_ABI_MINOR) were offered")
            }
            plugin = try readStruct(found, "berth_plugin") { $0.size }
            pointer = found!
            var descriptor = try PluginDescriptor(reading: plugin, minor: hello.minor_max)
            inventory = try Self.inventory(of: plugin, pointer)
            descriptor.hasInventory = inventory != nil
            let actions = try Self.actions(of: plugin, pointer)
            descriptor.actions = actions.usable.map(\.0)
            descriptor.unusableActions = actions.unusable
            self.descriptor = descriptor
            var calls: [String: ActionCall] = [:]
            for (declaration, function) in actions.usable {
                do { calls[declaration.id] = try ActionCall(function, types: declaration.parameters.map(\.type)) } catch {
                    throw BorderError("\(error)")
                }
            }
            self.calls = calls
        } catch { throw PluginError(.protocolViolation, error.message) }
    }

    /// The plugin's function for an operation.
    ///
    /// - Throws: ``PluginError`` with code `unsupported`.
    package func function(for operation: JobOperation) throws(PluginError) -> PluginFunction {
        let function: berth_operation? =
            switch operation {
            case .parse: plugin.parse
            case .plan: plugin.plan
            case .apply: plugin.apply
            case .destroy: plugin.destroy
            case .read: plugin.read
            case .recover: plugin.recover
            case .inventory: inventory
            case .action: nil
            }
        if let function { return .operation(function) }
        if case .action(let id, let arguments) = operation {
            guard let call = calls[id], let declaration = descriptor.actions.first(where: { $0.id == id }) else {
                let known = descriptor.actions.map(\.id).joined(separator: ", ")
                throw PluginError(
                    .unsupported, "has no action \"\(id)\"; \(known.isEmpty ? "it has none" : "it has \(known)")", plugin: descriptor.id)
            }
            guard arguments.map(\.type) == declaration.parameters.map(\.type) else {
                throw PluginError(.arguments, "action \(id): the arguments do not fit \(declaration.signature)", plugin: descriptor.id)
            }
            return .action(call, arguments)
        }
        throw PluginError(.unsupported, "does not offer \(operation)", plugin: descriptor.id)
    }

    /// A function of a plugin, ready to be called.
    package enum PluginFunction {
        case operation(berth_operation)
        case action(ActionCall, [ActionArgument])
    }

    private static func inventory(of plugin: berth_plugin, _ pointer: UnsafePointer<berth_plugin>) throws(BorderError) -> berth_operation? {
        guard let found = Self.extension(BERTH_EXT_INVENTORY, of: plugin, pointer) else { return nil }
        let table = try readStruct(found.assumingMemoryBound(to: berth_inventory.self), "berth_inventory") { $0.size }
        guard let list = table.list else { throw BorderError("berth_inventory.list is NULL") }
        return list
    }

    private static func actions(
        of plugin: berth_plugin, _ pointer: UnsafePointer<berth_plugin>
    ) throws(BorderError) -> (usable: [(ActionDeclaration, @convention(c) () -> Void)], unusable: [String]) {
        guard let found = Self.extension(BERTH_EXT_ACTIONS, of: plugin, pointer) else { return ([], []) }
        let table = try readStruct(found.assumingMemoryBound(to: berth_actions.self), "berth_actions") { $0.size }
        var actions: [(ActionDeclaration, @convention(c) () -> Void)] = []
        var unusable: [String] = []
        for element in try readArray(table.actions, of: berth_action.self, "berth_actions.actions", limit: 200) {
            // One action that a newer plugin declares in a way this host does not know must not cost the others.
            do throws(BorderError) {
                let action = try readStruct(element, "berth_action") { $0.size }
                let declaration = try ActionDeclaration(reading: action)
                guard !actions.contains(where: { $0.0.id == declaration.id }) else {
                    throw BorderError("action \"\(declaration.id)\" is declared twice")
                }
                actions.append((declaration, action.entry!))
            } catch { unusable.append(error.message) }
        }
        return (actions, unusable)
    }

    private static func `extension`(_ id: String, of plugin: berth_plugin, _ pointer: UnsafePointer<berth_plugin>) -> UnsafeRawPointer? {
        guard let get = plugin.get_extension else { return nil }
        let arena = Arena()
        return withExtendedLifetime(arena) { get(pointer, arena.text(id)) }
    }
}

extension PluginDescriptor {
    /// Reads a descriptor out of a plugin's memory and checks all of it.
    fileprivate init(reading plugin: berth_plugin, minor: UInt32) throws(BorderError) {
        let raw = try readStruct(plugin.descriptor, "berth_descriptor") { $0.size }
        id = PluginID(rawValue: try readRequiredText(raw.id, "descriptor.id", limit: 200))
        guard PluginNames.isIdentifier(id.rawValue) else {
            throw BorderError("descriptor.id is \"\(id)\", not a reverse domain name in lower case such as \"org.example.docker\"")
        }
        name = try readRequiredText(raw.name, "descriptor.name", limit: 64)
        guard PluginNames.isName(name) else { throw BorderError("descriptor.name is \"\(name)\"; it may hold a to z, 0 to 9 and '-'") }
        version = try readRequiredText(raw.version, "descriptor.version", limit: 100)
        guard PluginNames.isSemanticVersion(version) else {
            throw BorderError("descriptor.version is \"\(version)\", not a semantic version")
        }
        vendor = try readText(raw.vendor, "descriptor.vendor", limit: 1000) ?? ""
        summary = try readText(raw.description, "descriptor.description", limit: 4000) ?? ""
        homepage = try readText(raw.homepage, "descriptor.homepage", limit: 1000) ?? ""
        capabilities = Capabilities(rawValue: raw.capabilities)
        configurationSchema = try readRequiredText(raw.config_schema_json, "descriptor.config_schema_json", limit: 1 << 20)
        stateVersion = raw.state_version
        stateVersionMin = raw.state_version_min
        guard stateVersionMin <= stateVersion else {
            throw BorderError("descriptor.state_version_min is \(stateVersionMin), more than state_version \(stateVersion)")
        }
        maxConcurrentJobs = raw.max_concurrent_jobs
        abiMinor = minor
        hasInventory = false
        actions = []
        unusableActions = []
        let functions: [(Capabilities, String, Bool)] = [
            (.parse, "parse", plugin.parse != nil), (.plan, "plan", plugin.plan != nil), (.apply, "apply", plugin.apply != nil),
            (.destroy, "destroy", plugin.destroy != nil), (.read, "read", plugin.read != nil), (.recover, "recover", plugin.recover != nil),
        ]
        for (capability, name, present) in functions where capabilities.contains(capability) != present {
            throw BorderError(present ? "has \(name), but its capability bit is unset" : "claims \(name), but the function is NULL")
        }
        guard plugin.create != nil, plugin.destroy_instance != nil else { throw BorderError("create or destroy_instance is NULL") }
    }
}

extension PluginDescriptor {
    /// Whether the descriptor says what the manifest says.
    ///
    /// - Throws: ``PluginError`` with code `mismatch` that names the first member that differs, and both values.
    package func check(against manifest: PluginManifest) throws(PluginError) {
        let extensions = (hasInventory ? ["berth.inventory/1"] : []) + (actions.isEmpty ? [] : ["berth.actions/1"])
        let pairs = [
            ("id", id.rawValue, manifest.id.rawValue), ("name", name, manifest.name),
            ("version", version, manifest.version),
            (
                "capabilities", capabilities.names.sorted().joined(separator: ","),
                manifest.capabilities.sorted().joined(separator: ",")
            ),
            (
                "extensions", extensions.sorted().joined(separator: ","),
                manifest.extensions.filter { ["berth.actions/1", "berth.inventory/1"].contains($0) }.sorted().joined(separator: ",")
            ),
        ]
        for (member, library, said) in pairs where library != said {
            throw PluginError(
                .mismatch, "the library's \(member) is \"\(library)\", its manifest \(manifest.path) says \"\(said)\"", plugin: manifest.id)
        }
    }
}
