public import PluginKit

/// The library's one exported symbol.
@_cdecl("berth_plugin_v1")
public func entry(_ hello: Handshake, _ plugin: PluginSlot) -> UInt32 { export(DockerPlugin.self, hello, plugin) }
