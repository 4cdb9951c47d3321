/// A task that an assistant works on in the workspace. Attribute names are those of `coder_ai_task`.
///
/// In a graph it is a managed node of type ``type``.
package struct AITask: Sendable, Hashable {
    /// The type of the nodes.
    package static let type = "coder_ai_task"

    /// Its address in the graph.
    package var address: String
    /// Its identity, if the template gave it one.
    package var id: String?
    /// The ``App/id`` of the app in which it is seen; nil while unknown.
    package var appID: String?
    /// What it is to do.
    package var prompt: String?

    init(_ node: GraphNode, _ reader: inout MemberReader) {
        address = node.address
        id = reader.string("id")
        // Older templates name the app in a block of its own.
        let sidebar = reader.block("sidebar_app") { $0.string("id") } ?? nil
        appID = reader.string("app_id").flatMap { $0.isEmpty ? nil : $0 } ?? sidebar
        prompt = reader.string("prompt")
    }
}
