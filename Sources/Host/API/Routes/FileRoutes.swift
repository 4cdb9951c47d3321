import APITypes
import HTTPTypes
import HostAccess
import HostStore
import NIOCore
import Postgres
import Scalars

/// Archives of templates.
struct FileRoutes: Sendable {
    let services: Services
    private var pool: ConnectionPool { services.store.pool }
    private static let mediaTypes = ["application/x-tar", "application/zip", "application/x-zip-compressed"]

    var routes: [Route] {
        [
            Route(
                method: .post, path: "/api/v2/files", tag: "Files", summary: "Upload the archive of a template",
                permission: .may(.create, .file), body: .bytes(Self.mediaTypes, sizeMax: services.configuration.limits.fileSizeMax),
                status: .created, content: .json(UploadResponse.self)
            ) { scope in try await upload(scope) }.with { $0.timeLimit = .seconds(300) },
            Route(
                method: .get, path: "/api/v2/files/{fileID}", tag: "Files", summary: "Download an archive", permission: .may(.read, .file),
                content: .media("application/x-tar")
            ) { scope in try await download(scope) },
        ]
    }

    private func upload(_ scope: RequestScope) async throws -> Answer {
        let actor = try scope.actor()
        try scope.require(.create, Object(.file, owner: actor.id))
        let type = (scope.headers[.contentType] ?? "").prefix { $0 != ";" }.trimmingSpaces.lowercased()
        guard Self.mediaTypes.contains(type) else {
            throw APIError(
                .unsupportedMediaType, "The file must be \(Self.mediaTypes.joined(separator: " or ")).",
                detail: "It is \(type.prefix(100)).")
        }
        let bytes = Array(buffer: try await scope.bytes(sizeMax: services.configuration.limits.fileSizeMax))
        guard !bytes.isEmpty else { throw APIError(.badRequest, "The file is empty.") }
        let hash = APIKeyToken.sha256(bytes)
        let media = type == "application/x-tar" ? type : "application/zip"
        let id = UUID.ordered()
        // One who uploads the same again gets the same file.
        let inserted = try await pool.first(
            """
            insert into files (id, hash, created_by, media_type, data) values (\(id), \(Bytes(hash)), \(actor.id), \(media), \(Bytes(bytes)))
            on conflict (hash, created_by) do nothing returning id
            """)
        if inserted != nil { return try .json(UploadResponse(hash: id), status: .created) }
        let known: UUID = try await pool.value("select id from files where hash = \(Bytes(hash)) and created_by = \(actor.id)")
        return try .json(UploadResponse(hash: known))
    }

    private func download(_ scope: RequestScope) async throws -> Answer {
        let id = try scope.uuid("fileID")
        guard let row = try await pool.first("select created_by, media_type, data from files where id = \(id)") else {
            scope.checked()
            throw APIError.notFound
        }
        let owner: UUID = try row["created_by"]
        let (media, data): (String, Bytes) = (try row["media_type"], try row["data"])
        // A template's files are also for those who manage the template.
        let organizations = try await pool.query(
            "select distinct v.organization_id from template_versions v join provisioner_jobs j on j.id = v.job_id where j.file_id = \(id)")
        let actor = try scope.actor()
        let managed = try organizations.contains { actor.can(.update, Object(.template, organization: try $0["organization_id"])) }
        try scope.require(.read, Object(.file, owner: owner, granted: managed ? [.read] : []))
        return Answer(headers: [.contentType: media], body: .bytes(ByteBuffer(bytes: data.bytes)))
    }
}
