package import HostAccess
package import HostStore

/// What the routes work with.
package struct Services: Sendable {
    package var store: Store
    package var passwords: PasswordHasher
    package var logins = LoginGuard()
    package var lifetimes = KeyLifetimes()
    package var builds: any BuildQueue
    package var configuration: APIServerConfiguration

    /// With a hasher of its own, if none is given.
    package init(store: Store, builds: any BuildQueue, configuration: APIServerConfiguration, passwords: PasswordHasher = PasswordHasher())
    {
        self.store = store
        self.builds = builds
        self.configuration = configuration
        self.passwords = passwords
    }

    /// Every route that needs the database.
    package var routes: [Route] {
        FirstUserRoutes(services: self).routes + LoginRoutes(services: self).routes + UserRoutes(services: self).routes
            + KeyRoutes(services: self).routes + OrganizationRoutes(services: self).routes + FileRoutes(services: self).routes
            + TemplateVersionRoutes(services: self).routes + TemplateRoutes(services: self).routes
            + WorkspaceRoutes(services: self).routes + BuildRoutes(services: self).routes + DeploymentRoutes(services: self).routes
    }
}
