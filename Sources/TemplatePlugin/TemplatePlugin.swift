package import PluginKit

/// A plugin that runs standard templates itself, with the template engine and the providers of its backend.
///
/// The backend gives its providers to a ``TemplateRunner``, which does the operations. What a template cannot say, the backend
/// adds by itself: its inventory, its actions.
package protocol TemplatePlugin: Plugin {
    /// Runs templates on the backend.
    var templates: TemplateRunner { get }
}

extension TemplatePlugin {
    package func parse(_ request: Request, job: Job) async throws { try await templates.parse(request, job: job) }
    package func plan(_ request: Request, job: Job) async throws { try await templates.plan(request, job: job) }
    package func apply(_ request: Request, job: Job) async throws { try await templates.apply(request, job: job) }
    package func destroy(_ request: Request, job: Job) async throws { try await templates.destroy(request, job: job) }
    package func read(_ request: Request, job: Job) async throws { try await templates.read(request, job: job) }
    package func recover(_ request: Request, job: Job) async throws { try await templates.recover(request, job: job) }
}

extension PluginInfo.Capability {
    /// The operations that a ``TemplateRunner`` does.
    package static let ofTemplates: Set<PluginInfo.Capability> = [.parse, .plan, .apply, .destroy, .read, .recover]
}
