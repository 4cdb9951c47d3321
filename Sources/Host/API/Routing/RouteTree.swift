import HTTPTypes

/// Finds the route of a path. Words come before names: `/users/me` before `/users/{user}`.
struct RouteTree: Sendable {
    /// What a path leads to.
    enum Match: Sendable {
        case route(Route, [String: String])
        /// There is something, for other methods.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    private struct Node: Sendable {
        var words: [Substring: Node] = [:]
        /// One or none: what varies, by whatever name.
        var parameter: [Node] = []
        var routes: [(names: [String], route: Route)] = []
    }

    private var root = Node()

    init(_ routes: [Route]) {
        for route in routes {
            let parts = route.path.split(separator: "/")
            Self.insert(route, parts[...], [], &root)
        }
    }

    private static func insert(_ route: Route, _ parts: ArraySlice<Substring>, _ names: [String], _ node: inout Node) {
        guard let part = parts.first else {
            precondition(
                !node.routes.contains { $0.route.method == route.method }, "two routes for \(route.method) \(route.path)")
            node.routes.append((names, route))
            return
        }
        if part.hasPrefix("{"), part.hasSuffix("}") {
            if node.parameter.isEmpty { node.parameter.append(Node()) }
            insert(route, parts.dropFirst(), names + [String(part.dropFirst().dropLast())], &node.parameter[0])
        } else {
            insert(route, parts.dropFirst(), names, &node.words[part, default: Node()])
        }
    }

    /// - Parameter path: still percent-encoded, without the query.
    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        // A slash at the end is forgiven, as clients write it.
        if parts.count > 1, parts.last == "" { parts = parts.dropLast() }
        if parts.elementsEqual([""]) { parts = [] }
        guard let (node, values) = Self.find(parts, [], root), !node.routes.isEmpty else { return .nothing }
        let asked: HTTPRequest.Method = method == .head ? .get : method
        guard let (names, route) = node.routes.first(where: { $0.route.method == asked }) else {
            return .otherMethods(node.routes.map(\.route.method))
        }
        return .route(route, Dictionary(zip(names, values)) { first, _ in first })
    }

    private static func find(_ parts: ArraySlice<Substring>, _ values: [String], _ node: Node) -> (Node, [String])? {
        guard let part = parts.first else { return node.routes.isEmpty ? nil : (node, values) }
        if let next = node.words[part], let found = find(parts.dropFirst(), values, next) { return found }
        guard let next = node.parameter.first, let value = PercentCoding.decoded(part), !value.isEmpty else { return nil }
        return find(parts.dropFirst(), values + [value], next)
    }
}
