package import TemplateConfiguration

/// Which engine can run a template, and what keeps the others from it.
package struct TemplateExplanation: Sendable {
    /// What is to be said about one engine.
    package struct Verdict: Sendable {
        package let engine: String
        /// In the order of the template's files; empty if it can run the template.
        package let obstacles: [TemplateObstacle]

        package var canRun: Bool { obstacles.isEmpty }
    }

    /// In the order the engines were asked for.
    package let verdicts: [Verdict]
    /// How many resources, data sources and provisioners the template has.
    package let needCount: Int

    package init(_ configuration: Configuration, engines: [EngineDescription]) {
        let needs = TemplateNeed.all(of: configuration)
        needCount = needs.count
        verdicts = engines.map { engine in
            Verdict(
                engine: engine.name,
                obstacles: needs.compactMap { need in engine.obstacle(to: need).map { TemplateObstacle(need: need, reason: $0) } })
        }
    }

    /// The first engine that can run the template.
    package var choice: String? { verdicts.first(where: \.canRun)?.engine }
}
