import HCL
import ProviderKit
import Provisioners
import Synchronization
import TestSupport

/// A `connection` block as the engine passes it: every attribute is there.
func connectionValue(_ attributes: [String: Value]) -> Value { filled(ConnectionSchema.block, attributes) }

/// An object of a schema with nulls for what is not given.
func filled(_ schema: BlockSchema, _ attributes: [String: Value]) -> Value {
    .object(schema.attributes.mapValues { Value.null($0.type) }.merging(attributes) { $1 })
}

/// The lines that a provisioner gives.
final class Lines: Sendable {
    private let state = Mutex<[String]>([])
    var all: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
}

extension Provisioner {
    /// Runs it with some attributes; returns its lines.
    @discardableResult
    func run(
        _ attributes: [String: Value], connection: Value = .null(ConnectionSchema.block.impliedType), in directory: String = "/",
        variables: [String: String] = [:], lines: Lines = Lines()
    ) async throws -> [String] {
        let operation = ProvisionerOperation(
            address: "terraform_data.a", environment: ProviderEnvironment(variables: variables, directory: directory),
            output: { lines.add($0) })
        try await run(filled(schema, attributes), connection: connection, operation)
        return lines.all
    }

    /// What it fails with.
    func failure(
        _ attributes: [String: Value], connection: Value = .null(ConnectionSchema.block.impliedType), in directory: String = "/",
        variables: [String: String] = [:]
    ) async throws -> String {
        do {
            let lines = try await run(attributes, connection: connection, in: directory, variables: variables)
            throw TestFailure("did not fail: \(lines)")
        } catch let error as ProviderError { return error.description }
    }
}
