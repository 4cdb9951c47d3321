package import JSON
package import PluginLoading

package import Scalars

/// How a server runs builds.
package struct BuildSettings: Sendable {
    /// Who leases; new with every start.
    package var serverID = UUID.random()
    package var hostname = ""
    package var version = ""
    package var relayURL = ""
    /// A job is taken only if these have all of its tags.
    package var tags: [String: String] = [:]
    /// Jobs at one time.
    package var jobCountMax = 4
    /// How long a job stays a server's that does not renew. Renewed every sixth of it; a server that could not for four tenths cancels the
    /// job, and its worker is killed before the lease is over.
    package var lease: Duration = .seconds(60)
    /// How often is looked for jobs that nobody has announced.
    package var pollInterval: Duration = .seconds(5)
    /// Templates are unpacked below it; what is in it belongs to this process alone.
    package var workDirectory: String
    package var accessURL = ""
    /// The member `agent` of a plugin's inputs: how agents get into what is made.
    package var agentDelivery: JSONValue?

    package init(workDirectory: String) { self.workDirectory = workDirectory }

    var tagsJSON: JSONValue { .object(tags.mapValues { .string($0) }) }

    /// A worker that does not end when it is asked to is killed within half of the lease.
    var cancelPolicy: CancelPolicy { CancelPolicy(interruptAfter: .seconds(1), softDeadline: lease / 3, grace: lease / 6) }
    var renewInterval: Duration { lease / 6 }
    var renewLimit: Duration { lease * 0.4 }
}

/// The plugins of a server, configured and ready.
package protocol PluginShelf: Sendable {
    /// - Throws: what says that there is none of that name, or why it cannot be used.
    func plugin(_ name: String) async throws -> any PluginInstance
    /// The name of the plugin that a template in a directory is for.
    func choose(directory: String, tags: [String: String]) async throws -> String
}

/// What only the server knows and a build needs.
package protocol BuildSecrets: Sendable {
    /// Members to be added to the inputs' `owner`: session token, access tokens.
    func owner(_ user: UUID, workspace: UUID) async throws -> [String: JSONValue]
    /// Access tokens by external provider.
    func externalAuth(_ user: UUID) async throws -> [String: JSONValue]
}
