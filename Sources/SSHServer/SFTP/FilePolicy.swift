/// Whose files are served, and from where.
package struct FilePolicy: Sendable, Hashable {
    /// What relative paths, and `~`, are relative to.
    package var home: String

    package init(home: String = Account.current.home) { self.home = home }
}
