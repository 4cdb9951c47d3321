/// The typed parts of a graph, while they are gathered.
struct GraphParts {
    var agents: [Agent] = []
    var apps: [App] = []
    var scripts: [Script] = []
    var environment: [EnvironmentVariable] = []
    var metadata: [ResourceMetadata] = []
    var devcontainers: [Devcontainer] = []
    var aiTasks: [AITask] = []
}
