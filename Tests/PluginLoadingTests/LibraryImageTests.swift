import Foundation
import JSON
import PluginABI
import PluginLoading
import TestSupport
import Testing

@Suite struct LibraryImageTests {
    @Test("an image has the SHA-256 that sha256sum shows, and the size of the file")
    func hash() async throws {
        let manifest = try await testPlugin("good")
        let image = try LibraryImage(path: manifest.libraryPath)
        #expect(try await TestSupport.run("/usr/bin/sha256sum", [manifest.libraryPath]).output.hasPrefix(image.sha256 + "  "))
        #expect(image.sizeBytes == (try readFile(manifest.libraryPath, limit: 1 << 24)).count)
        try image.check(against: manifest)
    }

    @Test("an altered library is refused with path and both hashes")
    func altered() async throws {
        try await Fixture.with { fixture in
            let manifest = try await testPlugin("good")
            var bytes = try readFile(manifest.libraryPath, limit: 1 << 24)
            bytes[bytes.count - 1] ^= 1
            let path = fixture.directory + "/good.so"
            try replaceFile(path, with: bytes)
            let image = try LibraryImage(path: path)
            let error = #expect(throws: PluginError.self) { try image.check(against: manifest) }
            #expect(error?.code == .mismatch)
            for word in [path, image.sha256, manifest.sha256] { #expect(error?.description.contains(word) == true) }
        }
    }

    @Test("a library replaced or altered after hashing is not what is loaded", arguments: ["replaced", "altered in place"])
    func replaced(_ how: String) async throws {
        try await Fixture.with { fixture in
            // Two plugins that differ in who they say they are.
            let first = try await testPlugin("good")
            let second = try await readFile(testPlugin("bad-graph-acyclic").libraryPath, limit: 1 << 24)
            let path = fixture.directory + "/\(how == "replaced" ? "r" : "a").so"
            try replaceFile(path, with: readFile(first.libraryPath, limit: 1 << 24))
            let image = try LibraryImage(path: path)
            if how == "replaced" {
                try replaceFile(path, with: second)
            } else {
                let handle = try #require(FileHandle(forWritingAtPath: path))
                try handle.write(contentsOf: Data(second))
                try handle.truncate(atOffset: UInt64(second.count))
                try handle.close()
            }
            #expect(try LibraryImage(path: path).sha256 != image.sha256, "the file on disk is another one now")
            #expect(try PluginLibrary(image: image).descriptor.name == "good")
        }
    }

    @Test("a library stays loaded when its image is gone, and the image cannot be written")
    func staysLoaded() async throws {
        let library: PluginLibrary
        do {
            let image = try await LibraryImage(path: testPlugin("good").libraryPath)
            let descriptor = open("/proc/self/fd/\(image.descriptor)", O_WRONLY)
            if descriptor >= 0 {
                #expect(write(descriptor, "x", 1) < 0, "the image is sealed")
                close(descriptor)
            }
            library = try PluginLibrary(image: image)
        }
        // The name is text in the library's own memory.
        let name = library.plugin.descriptor.pointee.name
        #expect(String(decoding: UnsafeRawBufferPointer(start: name.ptr, count: Int(name.len)), as: UTF8.self) == "good")
    }

    @Test("what is no library for this machine is refused in words", .timeLimit(.minutes(1)))
    func refused() async throws {
        try await Fixture.with { fixture in
            let good = try await readFile(testPlugin("good").libraryPath, limit: 1 << 24)
            func file(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws -> String {
                try replaceFile(fixture.directory + "/" + name, with: bytes)
                try #require(chmod(fixture.directory + "/" + name, mode) == 0)
                return fixture.directory + "/" + name
            }
            var executable = good
            executable[16] = 2
            var small = good
            small[4] = 1
            let pipe = fixture.directory + "/pipe.so"
            try #require(mkfifo(pipe, 0o600) == 0)
            let cases = [
                (try file("text.so", Array("#!/bin/sh\n".utf8)), "is not an ELF library"),
                (try file("empty.so", []), "is not an ELF library"),
                (try file("magic.so", Array(good[..<19])), "is not an ELF library"),
                (try file("header.so", Array(good[..<64])), "is cut short"),
                (try file("half.so", Array(good[..<(good.count / 2)])), "is cut short"),
                (try file("executable.so", executable), "not a shared library (ELF type 2)"),
                (try file("small.so", small), "not a 64-bit little-endian library"),
                (
                    try await testPlugin("bad-library-architecture").libraryPath,
                    "is built for machine 41; this host is \(ELFHeader.architecture)"
                ),
                (try file("writable.so", good, mode: 0o602), "can be written by everybody"),
                (fixture.directory, "is not a regular file"), (pipe, "is not a regular file"), ("/dev/null", "is not a regular file"),
                (fixture.directory + "/none.so", "No such file or directory"),
            ]
            for (path, words) in cases {
                let error = #expect(throws: PluginError.self, "\(path)") { try LibraryImage(path: path) }
                #expect(error?.code == .load)
                #expect(
                    error?.description.contains(path) == true && error?.description.contains(words) == true, "\(error?.description ?? "")")
            }
        }
    }

    @Test("a library without the symbol, or with one that nobody has, is refused with path and name")
    func symbols() async throws {
        for (name, words) in [
            ("bad-library-symbol", "does not export berth_plugin_v1"), ("bad-library-loads", "berth_test_is_nowhere"),
        ] {
            let manifest = try await testPlugin(name)
            let image = try LibraryImage(path: manifest.libraryPath)
            let error = #expect(throws: PluginError.self) { try PluginLibrary(image: image) }
            #expect(error?.code == .load)
            #expect(error?.description.contains(manifest.libraryPath) == true && error?.description.contains(words) == true)
        }
    }
}
