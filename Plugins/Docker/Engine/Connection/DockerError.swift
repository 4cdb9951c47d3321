/// Why a request to a Docker Engine failed.
package struct DockerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// The address of the engine, or what secures it, makes no sense.
        case invalidEndpoint
        /// Nobody answers at the address.
        case unreachable
        /// The connection broke, or time was up, before the answer was complete.
        case interrupted
        /// The engine and this client have no version of the API in common.
        case unsupportedVersion
        /// The answer is no answer of a Docker Engine, or larger than allowed.
        case invalidAnswer
        /// The engine says no, with this status of HTTP.
        case refused(status: Int)
        /// A pull, build or push that had begun failed.
        case failed
    }

    package var code: Code
    /// The engine's own words, if it said something.
    package var message: String
    /// What was asked: `POST /containers/create`.
    package var request: String?

    package init(_ code: Code, _ message: String, request: String? = nil) {
        self.code = code
        self.message = message
        self.request = request
    }

    /// Nothing of that name or identifier exists.
    package var isNotFound: Bool { code == .refused(status: 404) }
    /// It contradicts what exists: a name that is taken, a volume in use.
    package var isConflict: Bool { code == .refused(status: 409) }
    /// The object is in the state that was asked for already.
    package var isNotModified: Bool { code == .refused(status: 304) }

    package var description: String {
        switch code {
        case .refused(let status): "the Docker Engine refused \(request ?? "the request") (status \(status)): \(message)"
        case .failed: "the Docker Engine failed: \(message)"
        default: message
        }
    }
}
