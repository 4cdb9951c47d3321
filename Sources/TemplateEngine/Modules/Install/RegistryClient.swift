import HCL
import TemplateConfiguration

/// Talks to registries of modules, by their protocol.
struct RegistryClient: Sendable {
    let web: WebClient

    private static let answerSizeMax = 8 << 20
    private static let service = "modules.v1"

    /// The versions that there are.
    func versions(of module: RegistryModule) async throws -> [SemanticVersion] {
        let url = try await self.url(of: module, "versions")
        let answer = try await web.get(url, token: token(for: module.host), sizeMax: Self.answerSizeMax)
        if answer.status == 404 {
            throw ModuleFetchError(
                "Module not found",
                detail: "Module \(module.description.goQuoted) cannot be found in the module registry at \(module.host).")
        }
        let document = try json(answer, url)
        var versions: [SemanticVersion] = []
        for entry in document.members?["modules"]?.elements?.first?.members?["versions"]?.elements ?? [] {
            if let version = entry.members?["version"]?.stringValue.flatMap({ SemanticVersion($0) }) { versions.append(version) }
        }
        return versions
    }

    /// Where a version is to be had.
    func location(of module: RegistryModule, _ version: SemanticVersion) async throws -> String {
        let url = try await self.url(of: module, "\(version)/download")
        let answer = try await web.get(url, token: token(for: module.host), sizeMax: Self.answerSizeMax)
        guard 200..<300 ~= answer.status else {
            throw ModuleFetchError("the registry answers with status \(answer.status) (GET \(url.redacted))")
        }
        let location = answer.headers["x-terraform-get"] ?? (try? json(answer, url))?.members?["location"]?.stringValue ?? ""
        guard !location.isEmpty else { throw ModuleFetchError("the registry does not say where the module is (GET \(url.redacted))") }
        guard ["/", "./", "../"].contains(where: location.hasPrefix) else { return location }
        let (package, inner) = ModulePackage.split(location)
        guard let resolved = answer.url.resolving(package) else {
            throw ModuleFetchError(
                "the registry says that the module is at \(ModulePackage.redacted(location).goQuoted), which is no address")
        }
        var text = resolved.text
        if !inner.isEmpty {
            let query = text.firstIndex(of: "?") ?? text.endIndex
            text = text[..<query] + "//" + inner + text[query...]
        }
        return text
    }

    private func url(of module: RegistryModule, _ rest: String) async throws -> SourceURL {
        let base = try await base(of: module.host)
        guard let url = base.resolving("./\(module.path)/\(rest)") else { throw ModuleFetchError("the registry's address is not a URL") }
        return url
    }

    /// What a host says about where its registry is.
    private func base(of host: String) async throws -> SourceURL {
        guard let origin = SourceURL(web.options.origins[host] ?? "https://\(host)"),
            let url = origin.resolving("/.well-known/terraform.json")
        else {
            throw ModuleFetchError("\(host.goQuoted) is no host")
        }
        let answer = try await web.get(url, token: token(for: host), sizeMax: Self.answerSizeMax)
        guard answer.status == 200 else { throw noService(host) }
        guard let text = try json(answer, url).members?[Self.service]?.stringValue, !text.isEmpty else { throw noService(host) }
        let reference = text.hasSuffix("/") ? text : text + "/"
        let isRelative = reference.contains("://") || ["/", "./", "../"].contains(where: reference.hasPrefix)
        guard let base = answer.url.resolving(isRelative ? reference : "./" + reference), ["http", "https"].contains(base.scheme) else {
            throw noService(host)
        }
        return base
    }

    private func noService(_ host: String) -> ModuleFetchError {
        ModuleFetchError("Module registry not found", detail: "The host \(host) does not provide a Terraform module registry.")
    }

    private func json(_ answer: WebClient.Answer, _ url: SourceURL) throws(ModuleFetchError) -> Value {
        guard 200..<300 ~= answer.status else {
            throw ModuleFetchError("the registry answers with status \(answer.status) (GET \(url.redacted))")
        }
        do { return try JSONText.parse(String(decoding: answer.body, as: UTF8.self)).value() } catch {
            throw ModuleFetchError("the registry's answer is no JSON: \(error) (GET \(url.redacted))")
        }
    }

    /// From `TF_TOKEN_app_example_com`, where dashes are two underscores.
    private func token(for host: String) -> String? {
        let name = host.map { $0 == "." ? "_" : $0 == "-" ? "__" : String($0) }.joined()
        return (web.options.variables["TF_TOKEN_" + name]).flatMap { $0.isEmpty ? nil : $0 }
    }
}
