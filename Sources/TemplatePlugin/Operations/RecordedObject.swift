package import HCL
package import JSON
package import PluginKit
package import ProviderKit
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState
import Threads

/// What the record says of a resource: what an action works on.
package struct RecordedObject: Sendable {
    package var address: String
    package var attributes: JSONValue
    /// How its provider was configured when it was made; null if that is not known.
    package var configuration: Value
}

extension TemplateRunner {
    /// What providers are told outside of templates.
    package func environment(_ request: Request, job: Job) -> ProviderEnvironment {
        ProviderEnvironment(variables: variables, directory: job.workDirectory, labels: request.labels)
    }

    /// The resource that an action is for: the one that the request names, or the only one of the type.
    ///
    /// - Throws: ``Failure`` if there is none, or there are several.
    package func object(of type: String, _ request: Request, job: Job) async throws -> RecordedObject {
        guard let bytes = request.state, !bytes.isEmpty else {
            throw Failure(.notFound, code: "state.empty", summary: "nothing of the workspace exists", detail: "Start it first.")
        }
        return try await DeepStack.run {
            let log = try JournalLog.decoded(bytes)
            let found = log.state.objects(of: type).filter { request.resource == nil || "\($0.address)" == request.resource }
            guard let first = found.first, found.count == 1 else {
                let all = log.state.objects(of: type).map { "\($0.address)" }.sorted().joined(separator: ", ")
                throw Failure(
                    .notFound, code: "action.resource",
                    summary: request.resource.map { "the workspace has no \(type) \($0)" } ?? "it is not said which \(type) is meant",
                    detail: all.isEmpty ? "It has none at all: start it first." : "It has \(all).", resource: request.resource)
            }
            return RecordedObject(
                address: "\(first.address)", attributes: try JSONValue(parsing: first.object.attributes),
                configuration: try configuration(of: first.provider, log))
        }
    }

    private func configuration(of address: ProviderConfigurationAddress, _ log: JournalLog) throws -> Value {
        guard let text = log.providerConfigurations[address], let schema = catalog[address.provider]?.schema.block else { return .null() }
        return try ObjectState(attributes: text).value(as: schema.impliedType)
    }
}

extension State {
    fileprivate func objects(
        of type: String
    ) -> [(address: ResourceInstanceAddress, provider: ProviderConfigurationAddress, object: ObjectState)] {
        resources.filter { $0.key.resource.mode == .managed && $0.key.resource.type == type }.flatMap { address, resource in
            resource.instances.compactMap { key, instance in
                instance.current.map { (address.instance(key), resource.provider, $0) }
            }
        }
    }
}

extension Failure {
    /// What a provider could not do.
    package init(_ error: ProviderError, code: String, resource: String? = nil) {
        let finding = error.findings.first { $0.severity == .error } ?? error.findings.first
        self.init(
            .failed, code: code, summary: finding?.summary ?? "the operation failed", detail: finding?.detail ?? "", resource: resource)
    }
}
