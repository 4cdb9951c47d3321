import Foundation
import JSON
import ResourceGraph
import Testing

struct GraphDrawingTests {
    @Test("hostile names are escaped in both drawings")
    func escapes() throws {
        var builder = ResourceGraphBuilder()
        let name = "</text><script>alert('x')</script>\"\\N\n\u{0}\u{FFFF}&😀"
        try builder.add(GraphNode(address: "a\"b<\\", type: name, name: name))
        try builder.add(GraphNode(address: "z", type: "t", name: "z", remoteID: "]]>&<"))
        try builder.add(GraphEdge(.dependsOn, from: "a\"b<\\", to: "z"))
        let graph = try builder.build()
        #expect(!graph.svg().contains("<script") && !graph.svg().contains("\0"))
        #expect(graph.dot().contains(#""a\"b<\\" -> "z";"#))
        #expect(graph.dot().split(separator: "\n").count == 8)
    }

    @Test("graphs of odd shapes are drawn", arguments: ["chain", "star", "dense", "loop", "single"])
    func shapes(shape: String) throws {
        var builder = ResourceGraphBuilder()
        let count = shape == "single" ? 1 : shape == "dense" ? 60 : 400
        for index in 0..<count { try builder.add(GraphNode(address: "n\(index)", type: "t", name: "n\(index)")) }
        for index in 1..<max(count, 1) {
            switch shape {
            case "chain": try builder.add(GraphEdge(.dependsOn, from: "n\(index)", to: "n\(index - 1)"))
            case "star": try builder.add(GraphEdge(.dependsOn, from: "n\(index)", to: "n0"))
            case "dense":
                for other in 0..<index { try builder.add(GraphEdge(.dependsOn, from: "n\(index)", to: "n\(other)")) }
            default: try builder.add(GraphEdge(.dependsOn, from: "n\(index)", to: "n\((index + 1) % count)"))
            }
        }
        if shape == "loop" { try builder.add(GraphEdge(.dependsOn, from: "n0", to: "n1")) }
        let svg = builder.buildPartial().graph.svg()
        #expect(svg.components(separatedBy: "<g class=\"node").count == count + 1)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test("a graph that is too large says so")
    func tooLarge() throws {
        var builder = ResourceGraphBuilder()
        for index in 0..<2001 { try builder.add(GraphNode(address: "n\(index)", type: "t", name: "n")) }
        #expect(try builder.build().svg().contains("too large to draw: 2001 nodes"))
    }
}
