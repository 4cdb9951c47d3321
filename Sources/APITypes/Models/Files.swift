package import Scalars

/// Where an upload was put.
package struct UploadResponse: Codable, Sendable, Hashable {
    /// Names the file. It is called so for history's sake.
    package var hash: UUID

    /// An upload.
    package init(hash: UUID) { self.hash = hash }
}
