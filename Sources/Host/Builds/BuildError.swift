/// Why something about builds cannot be done.
package struct BuildError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of trouble it is; for programs.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let notFound = Code(rawValue: "build.not-found")
        /// Another build of the workspace is not completed.
        package static let conflict = Code(rawValue: "build.conflict")
        /// The template version cannot be built: it was not imported, or that failed.
        package static let version = Code(rawValue: "build.version")
        /// The files of the template cannot be unpacked.
        package static let files = Code(rawValue: "build.files")
        /// Another plugin has made what the workspace has.
        package static let plugin = Code(rawValue: "build.plugin")
        /// The job is another server's by now.
        package static let leaseLost = Code(rawValue: "build.lease-lost")
        /// The server or worker that ran the job is gone.
        package static let lost = Code(rawValue: "worker.lost")
        /// Our own mistake, or the machine's.
        package static let failed = Code(rawValue: "build.failed")
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
