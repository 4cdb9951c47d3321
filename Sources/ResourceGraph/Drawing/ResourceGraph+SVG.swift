extension ResourceGraph {
    /// The graph as a picture, the same for equal graphs: resources on the left, what runs on them to the right.
    ///
    /// Attributes are not in it. Colours follow the reader's choice of a light or dark background. Above 2,000 nodes or 10,000 edges the picture
    /// says that the graph is too large to draw.
    package func svg() -> String {
        guard !nodes.isEmpty else { return SVGDrawing.message("The graph is empty") }
        guard nodes.count <= 2000, edges.count <= 10_000 else {
            return SVGDrawing.message("The graph is too large to draw: \(nodes.count) nodes, \(edges.count) edges")
        }
        return SVGDrawing(self).text()
    }
}
