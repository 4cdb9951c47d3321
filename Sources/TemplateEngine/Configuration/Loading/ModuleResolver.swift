/// Knows where the modules are that are not beside their callers.
package protocol ModuleResolver {
    /// The directory of a module, absolute; nil if it is not installed.
    ///
    /// - Parameters:
    ///   - address: the module that the call makes.
    ///   - directory: that of the calling module, absolute.
    func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String?

    /// The top of what a module that it gave was fetched with: paths in its calls may lead to other directories below it.
    func package(of directory: String) -> String
}

extension ModuleResolver {
    package func package(of directory: String) -> String { directory }
}

/// Knows no module.
package struct NoModules: ModuleResolver {
    package init() {}
    package func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? { nil }
}
