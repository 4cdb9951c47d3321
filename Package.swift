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
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "berth",
    products: [
        .executable(name: "berth", targets: ["CLI"]),
        .executable(name: "berth-plugin-worker", targets: ["PluginWorker"]),
        .executable(name: "conformance", targets: ["Conformance"]),
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "SimPlugin", type: .dynamic, targets: ["SimPlugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
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
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
        .target(name: "CShims"),
        library("Threads", ["CShims"]),

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

        // Executables.
        .executableTarget(name: "PluginWorker", dependencies: ["PluginSupervision"], swiftSettings: settings),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "PluginTooling", "PluginConformance", "PluginSupervision", "PluginLoading", "TemplateForms", "TemplateGraph",
                "TemplateEngine",
                "TemplateValidation", "TemplateEvaluation", "TemplateState", "TemplateConfiguration", "TemplateModules", "Providers",
                "DockerProvider", "HTTPProvider", "Provisioners", "ProviderKit", "ResourceGraph", "Threads", "HCL", "JSON", "CShims",
                arguments, logging,
            ],
            swiftSettings: settings),

        // Plugins that come with Berth.
        .target(
            name: "SimPlugin", dependencies: ["PluginKit", "JSON"], path: "Examples/Plugins/sim/Sources", swiftSettings: settings,
            // A plugin exports its entry and nothing else, so that its own copies of our code meet nobody else's.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--version-script=Examples/Plugins/sim/exports.map"])]),

        library("DockerEngine", ["JSON"] + web, path: "Plugins/Docker/Engine"),
        library("DockerProvider", ["DockerEngine", "ProviderKit", "Threads", "JSON", "HCL"] + web, path: "Plugins/Docker/Provider"),

        // Tests and measurements.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "PluginSupervision", "PluginLoading", "PluginABI", "TemplateForms", "TemplateEngine", "TemplateEvaluation",
                "TemplateState", "TemplateConfiguration", "Providers", "Provisioners", "ProviderKit", "HCL", "JSON", "CShims", logging,
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
        library("DockerTestSupport", ["DockerEngine", "JSON"] + web, path: "Tests/DockerTestSupport"),
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
        tests("ArchitectureTests", []),
    ],
    swiftLanguageModes: [.v6]
)
