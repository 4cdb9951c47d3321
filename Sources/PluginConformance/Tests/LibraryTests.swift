import JSON
import PluginLoading

extension ConformanceSuite {
    static let libraryTests: [ConformanceTest] = [
        ConformanceTest("library-architecture", "The library is a shared library for this machine.", requirements: ["P-001"]) { session in
            let file = try elf(session)
            let expected: UInt16 = ELFHeader.architecture == "x86_64" ? 62 : 183
            try expect(
                file.machine == expected, "its processor has number \(file.machine), this host is \(ELFHeader.architecture) (\(expected))")
            try expect(file.type == 3, "its ELF type is \(file.type), a shared library has 3")
            if let manifest = try? session.manifest() {  // a broken one is reported by its own test
                try expect(
                    manifest.architecture == ELFHeader.architecture,
                    "the manifest says \"arch\": \"\(manifest.architecture)\", the library is for \(ELFHeader.architecture)")
            }
            return nil
        },
        ConformanceTest(
            "library-loads", "The dynamic linker finds everything that the library needs.", requirements: ["P-002"],
            after: ["library-architecture"]
        ) { session in
            let image = try LibraryImage(path: session.libraryPath())
            session.progress("loading the library")
            do { _ = try PluginLibrary.load(descriptor: image.descriptor, path: image.path) } catch let error as PluginError {
                // That the symbol is missing is the next test's.
                if !error.message.contains("does not export") { throw ConformanceStop.failed(error.message) }
            }
            return nil
        },
        ConformanceTest(
            "library-symbol", "The library has an entry point of this major version.", requirements: ["P-003"], after: ["library-loads"]
        ) { session in
            _ = try session.entry()
            return nil
        },
        ConformanceTest(
            "library-exports", "The library exports its entry point and nothing else.", requirements: ["P-004"],
            after: ["library-architecture"]
        ) { session in
            // Marks that linkers set themselves; they name no code.
            let marks: Set<String> = [
                "_init", "_fini", "_end", "end", "_edata", "edata", "_etext", "etext", "__bss_start", "__bss_start__", "__bss_end__",
                "_bss_end__", "__end__",
            ]
            let strangers = try elf(session).symbols().filter {
                $0.isExported && !$0.name.hasPrefix("berth_plugin_v") && !marks.contains($0.name)
            }
            try expect(
                strangers.isEmpty,
                "it exports \(list(strangers.map(\.name))), only berth_plugin_v1 was expected; compile with -fvisibility=hidden, or link with a version script"
            )
            return nil
        },
        ConformanceTest(
            "library-imports", "The library calls nothing that changes the whole process.", requirements: ["P-005"],
            after: ["library-architecture"]
        ) { session in
            let forbidden: Set<String> = ["exit", "quick_exit", "setenv", "unsetenv", "putenv", "clearenv", "umask", "daemon", "signal"]
            let found = try elf(session).symbols().filter { !$0.isDefined && forbidden.contains($0.name) }
            try expect(found.isEmpty, "it imports \(list(found.map(\.name))), which changes the process that loads it")
            return nil
        },
    ]

    static let manifestTests: [ConformanceTest] = [
        ConformanceTest("manifest-valid", "A manifest lies beside the library and can be read.", requirements: ["P-006"]) { session in
            guard session.subject.manifestPath != nil else {
                throw ConformanceStop.failed(
                    "there is no manifest NAME.plugin.json beside the library that names it; see manifest.schema.json")
            }
            let manifest = try session.manifest()
            for capability in manifest.capabilities where !PluginDescriptor.Capabilities.named.contains(where: { $0.0 == capability }) {
                throw ConformanceStop.failed("the manifest has the unknown capability \"\(capability)\"")
            }
            return nil
        },
        // A library for another machine is not even opened as an image, so that comes first.
        ConformanceTest(
            "manifest-hash", "The manifest belongs to this very library.", requirements: ["P-007"],
            after: ["manifest-valid", "library-architecture"]
        ) { session in
            let manifest = try session.manifest()
            let image = try LibraryImage(path: session.libraryPath())
            try expect(
                image.sha256 == manifest.sha256,
                "the SHA-256 of \(image.path) is \(image.sha256), the manifest says \(manifest.sha256)")
            return nil
        },
    ]

    private static func elf(_ session: ConformanceSession) throws -> ELFFile {
        do { return try ELFFile(path: session.libraryPath()) } catch let error as ELFFile.Malformed {
            throw ConformanceStop.failed("\(try session.libraryPath()) cannot be read: \(error.message)")
        }
    }
}

/// Names for a message: the first few, and how many more.
func list(_ names: some Collection<String>) -> String {
    let sorted = names.sorted()
    let shown = sorted.prefix(5).joined(separator: ", ")
    return sorted.count > 5 ? "\(shown) and \(sorted.count - 5) more" : sorted.isEmpty ? "nothing" : shown
}
