import HCL
import JSON
import TemplateConfiguration

/// Finds what in a template a diagnostic is about: the resource, and the attribute of it.
struct DiagnosticPlaces: Sendable {
    private var configuration: Configuration?

    /// - Parameter configuration: nil if no template is at hand; then only what the diagnostic itself says is known.
    init(_ configuration: Configuration? = nil) { self.configuration = configuration }

    struct Place {
        var resource: String?
        /// An RFC 6901 pointer.
        var attribute: String?
        var path: String?
        var line: UInt32 = 0
        var column: UInt32 = 0
    }

    func place(of diagnostic: Diagnostic) -> Place {
        var place = Place(resource: diagnostic.address)
        guard let range = diagnostic.subject else { return place }
        place.path = range.file
        place.line = UInt32(clamping: range.start.line)
        place.column = UInt32(clamping: range.start.column)
        for (module, content) in configuration?.modules ?? [:] {
            for resource in content.resources.values {
                guard resource.range.file == range.file else { continue }
                let tokens = Self.path(to: range, in: resource.body)
                guard let tokens else { continue }
                if place.resource == nil {
                    let names = module.calls.map { "module.\($0)" } + [resource.address.description]
                    place.resource = names.joined(separator: ".")
                }
                if !tokens.isEmpty { place.attribute = JSONPointer(tokens: tokens).description }
                return place
            }
        }
        return place
    }

    /// The attribute around a place in a body; empty if it is in the body and in no attribute, nil if it is elsewhere.
    private static func path(to range: SourceRange, in body: Body) -> [String]? {
        guard body.range.file == range.file, body.range.start <= range.start, range.start < body.range.end else { return nil }
        for attribute in body.attributes where attribute.range.start <= range.start && range.start < attribute.range.end {
            return [attribute.name]
        }
        var counts: [String: Int] = [:]
        for block in body.blocks {
            let index = counts[block.type, default: 0]
            counts[block.type] = index + 1
            if let inner = path(to: range, in: block.body) { return [block.type, String(index)] + inner }
        }
        return []
    }
}
