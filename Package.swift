// swift-tools-version: 6.2

import PackageDescription

/// What holds for every Swift target of ours.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A library target: one room of the house.
func library(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
}

/// A test target, and what of ours it tests.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: settings)
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let web: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client"), .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let httpServer: [Target.Dependency] = [
    .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"), .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let tunnelled: [Target.Dependency] = [
    .product(name: "NIOWebSocket", package: "swift-nio"), .product(name: "NIOHTTP2", package: "swift-nio-http2"),
    .product(name: "NIOHPACK", package: "swift-nio-http2"),
]
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "berth",
    products: [
        .executable(name: "berth", targets: ["CLI"]),
        .executable(name: "berth-plugin-worker", targets: ["PluginWorker"]),
        .executable(name: "conformance", targets: ["Conformance"]),
        .executable(name: "berth-agent", targets: ["Agent"]),
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "SimPlugin", type: .dynamic, targets: ["SimPlugin"]),
        .library(name: "DockerPlugin", type: .dynamic, targets: ["DockerPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // What the system provides.
        .systemLibrary(name: "CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
        .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
        .systemLibrary(name: "CMPFR", providers: [.apt(["libmpfr-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
        .target(name: "CShims"),
        library("Threads", ["CShims"]),
        library("Scalars"),

        // The contract and the common models.
        .target(name: "PluginABI", exclude: ["Schemas"]),
        library("JSON", ["CJSONC"]),
        library("ResourceGraph", ["JSON"]),

        // The language.
        library("HCL", ["CMPFR", "CYAML", "CRE2", "CCrypto", "CCrypt", "CZlib"]),

        // Templates: what the language says of a deployment, and what makes it so.
        library("Processes", ["Threads", "CShims"]),
        library("ProviderKit", ["HCL"]),
        library("Providers", ["ProviderKit", "Processes", "Threads", "HCL"], exclude: ["HTTP"]),
        // A room of its own: nothing else needs SwiftNIO, which takes minutes to build.
        library("HTTPProvider", ["ProviderKit", "HCL"] + web, path: "Sources/Providers/HTTP"),
        library("Provisioners", ["ProviderKit", "Processes", "Threads", "HCL", "CSSH", "CShims"]),
        library("TemplateConfiguration", ["HCL"], path: "Sources/TemplateEngine/Configuration"),
        library(
            "TemplateModules", ["TemplateConfiguration", "Processes", "Threads", "HCL", "CCrypto", "CZlib", "CShims"],
            path: "Sources/TemplateEngine/Modules"),
        library("TemplateState", ["TemplateConfiguration", "ProviderKit", "HCL"], path: "Sources/TemplateEngine/State"),
        library("TemplateEvaluation", ["TemplateConfiguration", "ProviderKit", "HCL"], path: "Sources/TemplateEngine/Evaluation"),
        library(
            "TemplateValidation", ["TemplateEvaluation", "TemplateConfiguration", "ProviderKit", "HCL"],
            path: "Sources/TemplateEngine/Validation"),
        library(
            "TemplateEngine",
            ["TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "ProviderKit", "Threads", "HCL"],
            path: "Sources/TemplateEngine/Engine"),
        library(
            "TemplateGraph",
            ["TemplateState", "TemplateEvaluation", "TemplateConfiguration", "ProviderKit", "ResourceGraph", "JSON", "HCL"],
            path: "Sources/TemplateEngine/Graph"),
        library(
            "TemplateForms",
            ["TemplateEngine", "TemplateEvaluation", "TemplateConfiguration", "Providers", "ProviderKit", "ResourceGraph", "JSON", "HCL"],
            path: "Sources/TemplateEngine/Forms"),
        .executableTarget(
            name: "Conformance",
            dependencies: [
                "TemplateEngine", "TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "Providers",
                "Provisioners", "ProviderKit", "Threads", "HCL", "JSON",
            ],
            swiftSettings: settings),

        library(
            "APIClient",
            ["JSON", .product(name: "NIOWebSocket", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")] + web),
        // What server and clients say to each other.
        library("APITypes", ["JSON", "Scalars"]),

        // The server, room by room.
        library(
            "HostAPI",
            [
                "HostAgents", "HostStore", "HostAccess", "Postgres", "Tunnel", "AgentProtocol", "APITypes", "JSON", "Scalars", logging,
            ] + httpServer, path: "Sources/Host/API"),
        library("Postgres", ["CPQ", "Scalars", "Processes", "Threads", "JSON", "CShims", logging]),
        library("HostStore", ["Postgres", "Scalars", "JSON"], path: "Sources/Host/Store"),
        library(
            "HostAgents",
            [
                "HostStore", "Postgres", "Tunnel", "AgentProtocol", "JSON", "Scalars", logging,
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources/Host/Agents"),
        library(
            "HostBuilds",
            [
                "HostStore", "Postgres", "TemplateModules", "PluginSupervision", "PluginLoading", "ResourceGraph", "Scalars", "Threads",
                "JSON",
                "CShims", logging,
            ], path: "Sources/Host/Builds"),
        library(
            "HostServer",
            [
                "HostAPI", "HostAccess", "HostAgents", "HostBuilds", "HostConfiguration", "HostStore", "Postgres", "AgentProtocol",
                "PluginSupervision",
                "PluginLoading", "TemplateConfiguration", "Threads", "JSON", "Scalars", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ], path: "Sources/Host/Server"),
        library("HostConfiguration", ["HCL"], path: "Sources/Host/Configuration"),
        library("HostAccess", ["Scalars", "Threads", "CCrypt", "CCrypto"], path: "Sources/Host/Access"),
        // Agents: how they reach the server, and what they do in a workspace. Few dependencies: it becomes one static file.
        library("Dialing", ["Threads", "CShims"] + nio),
        .target(
            name: "AgentProtocol", dependencies: ["JSON"], resources: [.embedInCode("Bootstrap/bootstrap.sh")], swiftSettings: settings),
        library("Tunnel", ["Dialing", logging] + nio + tunnelled),
        library("AgentMachine", ["CShims"], path: "Sources/Agent/Machine"),
        library(
            "AgentCommands", ["AgentMachine", "AgentProtocol", "Processes", "Dialing", "JSON", "CShims"] + nio,
            path: "Sources/Agent/Commands"),
        library(
            "AgentCore",
            ["Tunnel", "SSHServer", "AgentMachine", "AgentProtocol", "Dialing", "Processes", "Threads", "JSON", "CShims", logging] + nio,
            path: "Sources/Agent/Core"),
        .executableTarget(
            name: "Agent", dependencies: ["AgentCore", "AgentCommands"], path: "Sources/Agent/Main", swiftSettings: settings,
            // Released as one file that needs nothing of the system it runs on.
            linkerSettings: [
                .unsafeFlags(
                    ["-static-executable", "-use-ld=lld", "-l_FoundationCShims", "-l_FoundationCollections"],
                    .when(platforms: [.linux], configuration: .release))
            ]),
        // The way into a workspace.
        library(
            "SSHServer",
            [
                "Threads", "CShims", logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),

        // Plugins: both sides of the contract.
        library("PluginKit", ["PluginABI", "JSON", "CFFI", "CShims"], exclude: ["C"]),
        library("PluginLoading", ["PluginABI", "ResourceGraph", "Threads", "JSON", "CFFI", "CCrypto", "CShims", logging]),
        library("PluginSupervision", ["PluginLoading", "PluginABI", "ResourceGraph", "JSON", "CShims", logging]),
        library("PluginConformance", ["PluginSupervision", "PluginLoading", "PluginABI", "ResourceGraph", "JSON", "CShims", logging]),
        library(
            "PluginTooling", ["PluginConformance", "PluginSupervision", "PluginLoading", "ResourceGraph", "JSON", logging],
            exclude: ["Templates"]),

        // What every plugin that runs templates natively is made of.
        library(
            "TemplatePlugin",
            [
                "PluginKit", "TemplateForms", "TemplateGraph", "TemplateModules", "TemplateEngine", "TemplateEvaluation", "TemplateState",
                "TemplateConfiguration", "Providers", "HTTPProvider", "Provisioners", "ProviderKit", "ResourceGraph", "Threads", "HCL",
                "JSON",
            ]),

        // Executables.
        .executableTarget(name: "PluginWorker", dependencies: ["PluginSupervision"], swiftSettings: settings),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "PluginTooling", "PluginConformance", "PluginSupervision", "PluginLoading", "TemplateForms", "TemplateGraph",
                "TemplateEngine",
                "TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "TemplateModules", "Providers",
                "DockerProvider", "HTTPProvider", "Provisioners", "ProviderKit", "ResourceGraph", "Threads", "HCL", "JSON", "CShims",
                "APIClient", "HostServer", "HostConfiguration", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"), arguments, logging,
            ],
            swiftSettings: settings),

        // Plugins that come with Berth.
        .target(
            name: "SimPlugin", dependencies: ["PluginKit", "JSON"], path: "Examples/Plugins/sim/Sources", swiftSettings: settings,
            // A plugin exports its entry and nothing else, so that its own copies of our code meet nobody else's.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--version-script=Examples/Plugins/sim/exports.map"])]),

        library(
            "DockerProvider", ["DockerEngine", "ProviderKit", "Processes", "Threads", "JSON", "HCL", "CCrypto"] + web,
            path: "Plugins/Docker/Provider"),
        .target(
            name: "DockerPlugin",
            dependencies: ["TemplatePlugin", "DockerProvider", "DockerEngine", "ProviderKit", "PluginKit", "HCL", "JSON"],
            path: "Plugins/Docker/Plugin",
            exclude: ["docker.plugin.json.in", "example", "exports.map"], swiftSettings: settings,
            // See Sources/CShims/PluginWraps.c for what is wrapped.
            linkerSettings: [
                .unsafeFlags([
                    "-Xlinker", "--version-script=Plugins/Docker/Plugin/exports.map", "-Xlinker", "--wrap=signal", "-Xlinker",
                    "--wrap=umask",
                ])
            ]),
        library("DockerEngine", ["Processes", "Threads", "JSON", "CShims"] + web, path: "Plugins/Docker/Engine"),

        // Tests and measurements.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "PluginSupervision", "PluginLoading", "PluginABI", "TemplateForms", "TemplateEngine", "TemplateEvaluation",
                "TemplateState", "TemplateConfiguration", "Providers", "Provisioners", "ProviderKit", "HCL", "JSON", "CShims", logging,
                "DockerEngine", "DockerTestSupport",
            ],
            path: "Benchmarks",
            swiftSettings: settings),
        .executableTarget(
            name: "TestHost", dependencies: ["PluginSupervision", "PluginLoading", "JSON", logging], path: "Tests/TestHost",
            swiftSettings: settings),
        .executableTarget(
            name: "SSHTestHost",
            dependencies: [
                "SSHServer", logging, .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/SSHTestHost", swiftSettings: settings),
        .executableTarget(
            name: "TemplateTestHost",
            dependencies: ["TemplateEngine", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "ProviderKit", "HCL"],
            path: "Tests/TemplateTestHost", swiftSettings: settings),
        .executableTarget(
            name: "ConformanceProbe", dependencies: ["PluginConformance"], path: "Tests/ConformanceProbe", swiftSettings: settings),
        library("TestSupport", ["PluginSupervision", "PluginLoading", "JSON", logging], path: "Tests/TestSupport"),
        tests("JSONTests", ["JSON"]),
        tests("ResourceGraphTests", ["ResourceGraph", "JSON"], exclude: ["Snapshots"]),
        tests("PluginABITests", ["PluginABI"]),
        tests(
            "SSHServerTests",
            [
                "SSHServer", "SSHTestHost", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                "SSHServer", "SSHTestHost", "Processes", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        tests("PluginLoadingTests", ["PluginLoading", "JSON", "ResourceGraph"]),
        tests("PluginSupervisionTests", ["PluginSupervision", "PluginLoading", "JSON", "ResourceGraph"]),
        tests("PluginKitTests", ["PluginKit", "PluginLoading", "ResourceGraph", "JSON"]),
        tests("PluginConformanceTests", ["PluginConformance", "ConformanceProbe", "PluginLoading", "JSON"]),
        tests("CLITests", ["PluginLoading", "JSON"]),
        tests("HCLTests", ["HCL", "Conformance"]),
        tests("ProvisionersTests", ["Provisioners", "ProviderKit", "Processes", "HCL"]),
        tests(
            "TemplateGraphTests",
            [
                "TemplateGraph", "TemplateState", "TemplateEvaluation", "TemplateConfiguration", "ResourceGraph", "ProviderKit",
                "PluginLoading", "HCL", "JSON",
            ]),
        tests("CoderProviderTests", ["Providers", "ProviderKit", "Conformance", "JSON", "HCL"]),
        tests("TemplateFormsTests", ["TemplateForms", "Providers", "ProviderKit", "ResourceGraph", "JSON", "HCL"]),
        tests(
            "TemplateCorpusTests",
            [
                "TemplateForms", "TemplateGraph", "TemplateEngine", "TemplateValidation", "TemplateEvaluation", "TemplateState",
                "TemplateConfiguration",
                "Conformance", "Providers", "HTTPProvider", "Provisioners", "ProviderKit", "Threads", "HCL",
            ]),
        tests("TemplateModulesTests", ["TemplateModules", "TemplateConfiguration", "HCL"]),
        tests("ProcessesTests", ["Processes", "Threads"]),
        tests("HTTPProviderTests", ["HTTPProvider", "ProviderKit", "HCL"]),
        tests("ProvidersTests", ["Providers", "ProviderKit", "Processes", "HCL"]),
        tests("TemplateStateTests", ["TemplateState", "TemplateConfiguration", "ProviderKit", "HCL", "Conformance"]),
        tests("TemplateEvaluationTests", ["TemplateEvaluation", "TemplateConfiguration", "Providers", "ProviderKit", "HCL"]),
        tests("TemplateValidationTests", ["TemplateValidation", "Conformance", "HCL"]),
        tests("TemplateConfigurationTests", ["TemplateConfiguration", "HCL"]),
        library("DockerTestSupport", ["DockerEngine", "Threads", "JSON"] + web, path: "Tests/DockerTestSupport"),
        tests("DockerEngineTests", ["DockerEngine", "DockerTestSupport", "JSON"] + web),
        tests(
            "TemplateEngineTests",
            [
                "TemplateEngine", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "TemplateTestHost", "Providers",
                "Provisioners", "ProviderKit", "Conformance", "HCL",
            ]),
        tests(
            "DockerProviderTests",
            [
                "DockerProvider", "DockerEngine", "DockerTestSupport", "TemplateEngine", "TemplateEvaluation", "TemplateState",
                "TemplateModules", "TemplateConfiguration", "Providers", "HTTPProvider", "ProviderKit", "JSON", "HCL",
            ] + web),
        tests("APITypesTests", ["APITypes", "JSON", "Scalars"]),
        tests(
            "HostAPITests",
            [
                "HostAPI", "HostStore", "Postgres", "PostgresTestSupport", "HostBuilds", "HostAccess", "APIClient", "APITypes", "JSON",
                "Scalars", logging,
            ] + httpServer),
        tests("APIClientTests", ["APIClient", "JSON"] + web),
        tests("HostConfigurationTests", ["HostConfiguration"]),
        tests(
            "DockerPluginKillTests",
            [
                "DockerEngine", "DockerTestSupport", "PluginSupervision", "PluginLoading", "TemplateEngine", "TemplateState",
                "TemplateConfiguration", "HCL", "JSON",
            ]),
        tests(
            "DockerPluginTests",
            [
                "DockerEngine", "DockerTestSupport", "PluginSupervision", "PluginLoading", "PluginTooling", "ResourceGraph", "JSON",
                logging,
            ] + web),
        library("PostgresTestSupport", ["Postgres", "CShims", logging], path: "Tests/PostgresTestSupport"),
        tests("PostgresTests", ["Postgres", "PostgresTestSupport", "Scalars", "JSON", "CShims", logging]),
        tests("ScalarsTests", ["Scalars"]),
        .executableTarget(
            name: "BuildTestHost", dependencies: ["HostBuilds", "Postgres", "PluginSupervision", "PluginLoading", "JSON", logging],
            path: "Tests/BuildTestHost", swiftSettings: settings),
        tests(
            "HostBuildsTests",
            [
                "HostBuilds", "HostStore", "Postgres", "PostgresTestSupport", "BuildTestHost", "TemplateModules", "PluginSupervision",
                "PluginLoading", "ResourceGraph", "Scalars", "JSON", "CShims", logging,
            ]),
        tests("HostAccessTests", ["HostAccess", "Scalars"]),
        library(
            "TunnelTestSupport", ["Tunnel", "AgentProtocol", "Dialing", "JSON", logging] + nio + tunnelled, path: "Tests/TunnelTestSupport"),
        tests("DialingTests", ["Dialing"] + nio),
        tests("TunnelTests", ["AgentCore", "JSON", "Tunnel", "TunnelTestSupport", "Dialing", logging] + nio + tunnelled),
        tests(
            "AgentTests",
            [
                "AgentCore", "AgentCommands", "AgentMachine", "AgentProtocol", "DockerTestSupport", "DockerEngine", "TunnelTestSupport",
                "Tunnel", "Dialing", "JSON", logging,
            ] + nio),
        tests("ArchitectureTests", []),
    ],
    swiftLanguageModes: [.v6]
)
