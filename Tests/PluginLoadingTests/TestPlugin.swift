import PluginLoading
import TestSupport

/// One of the wrong and hostile plugins; the first who asks has them built, which takes a while.
func testPlugin(_ name: String) async throws -> PluginManifest {
    try await offPool { try Package.testPlugin(name) }
}
