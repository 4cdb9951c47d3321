import APITypes
import HTTPTypes
import JSON
import NIOCore

/// Bodies that are JSON, and what can be wrong with them.
enum JSONBody {
    /// How deep bodies may nest.
    static let depthMax = 64

    /// A browser sends JSON to another site only after having asked; so nothing else passes for it.
    static func checkMediaType(_ headers: HTTPFields) throws(APIError) {
        let type = headers[.contentType] ?? ""
        let name = type.prefix { $0 != ";" }.trimmingSpaces.lowercased()
        // Clients written with Go's net/http leave it out.
        guard name.isEmpty || name == "application/json" else {
            throw APIError(.unsupportedMediaType, "The request's body must be application/json.", detail: "It is \(name.prefix(100)).")
        }
    }

    static func decode<Input: Decodable>(_ type: Input.Type, _ buffer: ByteBuffer, sizeMax: Int) throws -> Input {
        let json: JSONValue
        do {
            json = try buffer.withUnsafeReadableBytes { bytes throws(JSONError) in
                try JSONValue(parsing: bytes, limits: JSONLimits(maxSizeBytes: sizeMax, maxDepth: depthMax))
            }
        } catch {
            let place = error.offset.map { Self.place($0, in: buffer) }
            throw APIError(.badRequest, "Request body must be valid JSON.", detail: (place.map { "\($0): " } ?? "") + error.message)
        }
        do {
            return try APICoder.decode(type, from: json)
        } catch let error as FieldError {
            throw APIError(.badRequest, "Validation failed.", validations: [ValidationError(field: error.field, detail: error.detail)])
        }
    }

    private static func place(_ offset: Int, in buffer: ByteBuffer) -> String {
        let before = buffer.readableBytesView.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { before.distance(from: before.startIndex, to: $0) + 1 } ?? 0) + 1
        return "line \(line), column \(column)"
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
