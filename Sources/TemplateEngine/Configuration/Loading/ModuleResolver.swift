/// Knows where the modules are that are not beside their callers.
package protocol ModuleResolver {
    /// The directory of a module, absolute; nil if it is not installed.
    ///
    /// - Parameters:
    ///   - address: the module that the call makes.
    ///   - directory: that of the calling module, absolute.
    func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String?
}

/// Knows no module.
package struct NoModules: ModuleResolver {
    package init() {}
    package func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? { nil }
}
