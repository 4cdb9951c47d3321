import TestSupport
import Testing

/// Arrows point downwards. A target may import what the table allows, and only what it declares in `Package.swift`.
@Suite("which target may import which") struct ArrowTests {
    /// Where a target lies, and what of ours it may import. A new target finds its place here first.
    static let targets: [String: (place: String, below: Set<String>)] = [
        // The contract and the common models. ResourceGraph and what is above it read JSON by one library of ours, which
        // stands below everything.
        "PluginABI": ("Sources/PluginABI", []),
        "CShims": ("Sources/CShims", []),
        "Threads": ("Sources/Threads", ["CShims"]),
        "Scalars": ("Sources/Scalars", []),
        "JSON": ("Sources/JSON", ["CJSONC"]),
        "HCL": ("Sources/HCL", ["CMPFR", "CYAML", "CRE2", "CCrypto", "CCrypt", "CZlib"]),
        "ResourceGraph": ("Sources/ResourceGraph", ["JSON"]),

        // Templates.
        "Processes": ("Sources/Processes", ["Threads", "CShims"]),
        "ProviderKit": ("Sources/ProviderKit", ["HCL"]),
        "Providers": ("Sources/Providers", ["ProviderKit", "Processes", "Threads", "HCL"]),
        "HTTPProvider": ("Sources/Providers/HTTP", ["ProviderKit", "HCL"]),
        "Provisioners": ("Sources/Provisioners", ["ProviderKit", "Processes", "Threads", "HCL", "CSSH", "CShims"]),
        "TemplateConfiguration": ("Sources/TemplateEngine/Configuration", ["HCL"]),
        "TemplateModules": (
            "Sources/TemplateEngine/Modules", ["TemplateConfiguration", "Processes", "Threads", "HCL", "CCrypto", "CZlib", "CShims"]
        ),
        "TemplateState": ("Sources/TemplateEngine/State", ["TemplateConfiguration", "ProviderKit", "HCL"]),
        "TemplateEvaluation": ("Sources/TemplateEngine/Evaluation", ["TemplateConfiguration", "ProviderKit", "HCL"]),
        "TemplateValidation": (
            "Sources/TemplateEngine/Validation", ["TemplateEvaluation", "TemplateConfiguration", "ProviderKit", "HCL"]
        ),
        "TemplateEngine": (
            "Sources/TemplateEngine/Engine",
            ["TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "ProviderKit", "Threads", "HCL"]
        ),
        "TemplateGraph": (
            "Sources/TemplateEngine/Graph",
            ["TemplateState", "TemplateEvaluation", "TemplateConfiguration", "ProviderKit", "ResourceGraph", "JSON", "HCL"]
        ),
        "TemplateForms": (
            "Sources/TemplateEngine/Forms",
            [
                "TemplateEngine", "TemplateEvaluation", "TemplateConfiguration", "Providers", "ProviderKit", "ResourceGraph", "JSON", "HCL",
            ]
        ),

        "APIClient": ("Sources/APIClient", ["JSON"]),
        "APITypes": ("Sources/APITypes", ["JSON", "Scalars"]),

        // The server, room by room.
        "HostAPI": (
            "Sources/Host/API",
            ["HostAgents", "HostStore", "HostAccess", "Postgres", "Tunnel", "AgentProtocol", "APITypes", "JSON", "Scalars"]
        ),
        "Postgres": ("Sources/Postgres", ["CPQ", "Scalars", "Processes", "Threads", "JSON", "CShims"]),
        "HostStore": ("Sources/Host/Store", ["Postgres", "Scalars", "JSON"]),
        "HostAgents": ("Sources/Host/Agents", ["HostStore", "Postgres", "Tunnel", "AgentProtocol", "JSON", "Scalars"]),
        "HostBuilds": (
            "Sources/Host/Builds",
            [
                "HostStore", "Postgres", "TemplateModules", "PluginSupervision", "PluginLoading", "ResourceGraph", "Scalars", "Threads",
                "JSON",
                "CShims",
            ]
        ),
        "HostServer": (
            "Sources/Host/Server",
            [
                "HostAPI", "HostAccess", "HostAgents", "HostBuilds", "HostConfiguration", "HostStore", "Postgres", "AgentProtocol",
                "PluginSupervision", "PluginLoading", "TemplateConfiguration", "Threads", "JSON", "Scalars",
            ]
        ),
        "HostConfiguration": ("Sources/Host/Configuration", ["HCL"]),
        "HostAccess": ("Sources/Host/Access", ["Scalars", "Threads", "CCrypt", "CCrypto"]),
        // Agents.
        "Dialing": ("Sources/Dialing", ["Threads", "CShims"]),
        "AgentProtocol": ("Sources/AgentProtocol", ["JSON"]),
        "Tunnel": ("Sources/Tunnel", ["Dialing"]),
        "AgentMachine": ("Sources/Agent/Machine", ["CShims"]),
        "AgentCommands": (
            "Sources/Agent/Commands", ["AgentMachine", "AgentProtocol", "Processes", "Dialing", "JSON", "CShims"]
        ),
        "AgentCore": (
            "Sources/Agent/Core",
            ["Tunnel", "SSHServer", "AgentMachine", "AgentProtocol", "Dialing", "Processes", "Threads", "JSON", "CShims"]
        ),
        "Agent": ("Sources/Agent/Main", ["AgentCore", "AgentCommands"]),
        // The way into a workspace.
        "SSHServer": ("Sources/SSHServer", ["Threads", "CShims"]),

        // Plugins. The kit is the other side of the border: it shares the contract with the host, and no model.
        "PluginKit": ("Sources/PluginKit", ["PluginABI", "JSON", "CFFI", "CShims"]),
        "PluginLoading": ("Sources/PluginLoading", ["PluginABI", "ResourceGraph", "Threads", "JSON", "CFFI", "CCrypto", "CShims"]),
        "PluginSupervision": ("Sources/PluginSupervision", ["PluginLoading", "PluginABI", "ResourceGraph", "JSON", "CShims"]),
        "PluginConformance": (
            "Sources/PluginConformance", ["PluginSupervision", "PluginLoading", "PluginABI", "ResourceGraph", "JSON", "CShims"]
        ),
        "PluginTooling": (
            "Sources/PluginTooling",
            ["PluginConformance", "PluginSupervision", "PluginLoading", "PluginABI", "ResourceGraph", "JSON", "CShims"]
        ),
        "TemplatePlugin": (
            "Sources/TemplatePlugin",
            [
                "PluginKit", "TemplateForms", "TemplateGraph", "TemplateModules", "TemplateEngine", "TemplateEvaluation", "TemplateState",
                "TemplateConfiguration", "Providers", "HTTPProvider", "Provisioners", "ProviderKit", "ResourceGraph", "Threads", "HCL",
                "JSON",
            ]
        ),

        // Executables.
        "Conformance": (
            "Sources/Conformance",
            [
                "TemplateEngine", "TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "Providers",
                "Provisioners", "ProviderKit", "Threads", "HCL", "JSON",
            ]
        ),
        "PluginWorker": ("Sources/PluginWorker", ["PluginSupervision", "PluginConformance", "PluginLoading"]),
        "CLI": (
            "Sources/CLI",
            [
                "PluginTooling", "PluginConformance", "PluginSupervision", "PluginLoading", "TemplateForms", "TemplateGraph",
                "TemplateEngine",
                "TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "TemplateModules", "Providers",
                "APIClient", "HostServer", "HostConfiguration", "DockerProvider", "HTTPProvider", "Provisioners", "ProviderKit",
                "ResourceGraph", "Threads", "HCL", "JSON", "CShims",
            ]
        ),

        // Backends: a client of each, and its provider.

        "DockerPlugin": (
            "Plugins/Docker/Plugin", ["TemplatePlugin", "DockerProvider", "DockerEngine", "ProviderKit", "PluginKit", "HCL", "JSON"]
        ),
        "DockerEngine": ("Plugins/Docker/Engine", ["Processes", "Threads", "JSON", "CShims"]),
        "DockerProvider": ("Plugins/Docker/Provider", ["DockerEngine", "ProviderKit", "Processes", "Threads", "JSON", "HCL", "CCrypto"]),

        // Plugins that come with Berth know the kit alone.
        "SimPlugin": ("Examples/Plugins/sim/Sources", ["PluginKit", "JSON"]),
    ]

    /// C modules of the system; whoever may import one is in the table above.
    static let system: Set<String> = ["CJSONC", "CFFI", "CCrypto", "CMPFR", "CYAML", "CRE2", "CCrypt", "CZlib", "CSSH", "CPQ"]

    static var ours: Set<String> { Set(targets.keys).union(system) }

    /// The modules that a file imports.
    static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
        let pattern =
            /^\s*(?:@[\w()]+\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)/
        return file.parts.lines([.code]).enumerated().compactMap { index, line in
            line.firstMatch(of: pattern).map { (index + 1, String($0.output.1)) }
        }
    }

    /// What of ours a file imports against the arrows.
    static func findings(_ file: SourceFile, of target: String, below: Set<String>, declared: Set<String>?) -> [Finding] {
        imports(of: file).compactMap { line, module in
            guard ours.contains(module) else { return nil }
            guard below.contains(module) else {
                return Finding(path: file.path, line: line, message: "\(target) must not import \(module)")
            }
            guard declared?.contains(module) ?? true else {
                return Finding(path: file.path, line: line, message: "\(target) imports \(module) without declaring it in Package.swift")
            }
            return nil
        }
    }

    /// Every target of `Package.swift` with the names in its list of dependencies.
    static func declarations(in manifest: String) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        let pattern =
            /(?:\b(?:library|tests)\(\s*"(\w+)"|\.(?:target|executableTarget|testTarget|systemLibrary)\(\s*name:\s*"(\w+)")(?:\s*,\s*(?:dependencies:\s*)?\[([^\]]*)\])?/
        let code = SwiftText(manifest).lines([.code, .literal]).joined(separator: "\n")
        for match in code.matches(of: pattern.wordBoundaryKind(.simple)) {
            guard let name = match.output.1 ?? match.output.2 else { continue }
            found[String(name), default: []].formUnion((match.output.3 ?? "").matches(of: /"(\w+)"/).map { String($0.output.1) })
        }
        return found
    }

    private static func manifest() throws -> [String: Set<String>] {
        declarations(in: try SourceFile.all(in: ["Package.swift"])[0].text)
    }

    @Test("files import what stands below them, and what Package.swift declares", arguments: targets.keys.sorted())
    func imports(_ target: String) throws {
        let (place, below) = try #require(Self.targets[target])
        guard let declared = try Self.manifest()[target] else { return }  // planned, not there yet
        for file in try SourceFile.all(in: [place]).filter(\.isSwift) where !file.path.contains("/Templates/") {
            for finding in Self.findings(file, of: target, below: below, declared: declared) { Issue.record("\(finding)") }
        }
    }

    @Test("Package.swift declares no arrow that points upwards")
    func declaredArrows() throws {
        let declarations = try Self.manifest()
        #expect(declarations.count > 10, "Package.swift is not read any more")
        for (target, declared) in declarations {
            guard let (_, below) = Self.targets[target] else { continue }
            let wrong = declared.intersection(Self.ours).subtracting(below).sorted()
            #expect(wrong.isEmpty, "\(target) must not depend on \(wrong.joined(separator: ", "))")
        }
    }

    @Test("every target has its place in the table")
    func everyTarget() throws {
        let free: Set = [
            "Benchmarks", "BuildTestHost", "ConformanceProbe", "DockerTestSupport", "PostgresTestSupport", "SSHTestHost",
            "TemplateTestHost", "TestHost", "TestSupport", "TunnelTestSupport",
        ]
        for target in try Self.manifest().keys.sorted()
        where !target.hasSuffix("Tests") && !free.contains(target) && !Self.system.contains(target) {
            #expect(Self.targets[target] != nil, "say in this table what \(target) may import")
        }
    }

    @Test("the table itself has no circle")
    func noCircle() {
        var done: Set<String> = Self.system
        var left = Self.targets
        while let next = left.first(where: { $0.value.below.isSubset(of: done) }) {
            done.insert(next.key)
            left[next.key] = nil
        }
        #expect(left.isEmpty, "these need each other: \(left.keys.sorted())")
    }

    @Test("a wrong import and one that is not declared are found")
    func canFail() {
        let file = SourceFile.sample(
            "Sources/JSON/A.swift",
            "// import CLI\nimport Glibc\npackage import ResourceGraph\n@testable import struct PluginLoading.X\nimport CJSONC")
        let below: Set = ["CJSONC", "ResourceGraph"]
        #expect(Self.findings(file, of: "JSON", below: ["CJSONC"], declared: nil).map(\.line) == [3, 4])
        #expect(Self.findings(file, of: "JSON", below: below, declared: ["CJSONC"]).map(\.line) == [3, 4])
        let manifest = """
            library("A", ["B", logging], exclude: ["C"]),
            .executableTarget(
                name: "D", dependencies: ["E", "F"], path: "G"),
            // library("X", ["Y"]),
            .systemLibrary(name: "H", pkgConfig: "i"),
            """
        #expect(Self.declarations(in: manifest) == ["A": ["B"], "D": ["E", "F"], "H": []])
    }
}
