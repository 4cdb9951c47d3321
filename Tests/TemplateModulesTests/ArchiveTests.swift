import Foundation
import TemplateModules
import TestSupport
import Testing

@Suite("archives of templates") struct ArchiveTests {
    private static func tree(_ fixture: Fixture) throws -> String {
        _ = try fixture.write("tree/main.tf", "# main\n")
        let long = (0..<12).map { "directory-\($0)-with-a-name" }.joined(separator: "/")
        _ = try fixture.write("tree/\(long)/größe.txt", "long")
        _ = try fixture.write("tree/bin/run.sh", "#!/bin/sh\n")
        _ = try fixture.makeDirectory("tree/empty")
        let directory = fixture.directory + "/tree"
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory + "/bin/run.sh")
        try FileManager.default.createSymbolicLink(atPath: directory + "/bin/main", withDestinationPath: "../main.tf")
        return directory
    }

    @Test(
        "what tar and zip make of a directory is read alike, and written as the same bytes",
        arguments: [
            "tar -cf ../a .", "tar --format=gnu -cf ../a .", "tar --format=pax -cf ../a .", "tar -czf ../a .", "tar -cf ../a *",
            "zip -qry ../a . && mv ../a.zip ../a",
            "zip -qry0 ../a . && mv ../a.zip ../a", "tar -cf - . | gzip | (cat; printf x | gzip) > ../a || true",
        ])
    func read(_ command: String) async throws {
        try await Fixture.with { fixture in
            let directory = try Self.tree(fixture)
            let own = try TemplateArchive(directory: directory)
            let result = try await run("/bin/sh", ["-c", command], directory: directory)
            #expect(result.status == 0, "\(result.output)")
            let archive = try TemplateArchive(reading: Array(try #require(FileManager.default.contents(atPath: fixture.directory + "/a"))))
            #expect(archive.entries == own.entries)
            #expect(try TemplateArchive(archive.entries).sha256 == own.sha256)
            #expect(try TemplateArchive(reading: own.tar()) == own)
            let target = try fixture.makeDirectory("target")
            try own.extract(to: target)
            #expect(try TemplateArchive(directory: target) == own)
            #expect(try await run("/bin/sh", ["-c", "tar -tvf - < \(fixture.directory)/a | head -1"]).status == 0)
        }
    }

    /// Entries that GNU's or Python's tar would write on request.
    private static let samples = [
        ("t.addfile(f('../x'))", "\"../x\": its path has \"..\" in it"), ("t.addfile(f('a/../../x'))", "its path has \"..\" in it"),
        ("t.addfile(f('/etc/x'))", "\"/etc/x\": its path is absolute"), ("t.addfile(f('a\\x01b'))", "its path has control characters"),
        ("t.addfile(l('a', '/etc'))", "it is a link that leads out of the archive, to \"/etc\""),
        ("t.addfile(l('a', '../b'))", "it is a link that leads out of the archive, to \"../b\""),
        ("t.addfile(l('a/b', 'c/../../..'))", "it is a link that leads out of the archive"),
        ("t.addfile(l('a', 'b')); t.addfile(f('a/x'))", "\"a/x\": it is below \"a\", which is no directory"),
        ("t.addfile(f('a')); t.addfile(f('a/x'))", "\"a/x\": it is below \"a\", which is no directory"),
        ("t.addfile(f('a')); t.addfile(f('./a'))", "\"./a\": it is there twice"),
        ("t.addfile(k('a', tarfile.CHRTYPE))", "\"a\": it is a device"), ("t.addfile(k('a', tarfile.BLKTYPE))", "it is a device"),
        ("t.addfile(k('a', tarfile.FIFOTYPE))", "it is a named pipe"), ("t.addfile(k('a', b'Z'))", "it is of the unknown kind \"Z\""),
        ("t.addfile(h('a', '../../etc/passwd'))", "its path has \"..\" in it"),
        ("t.addfile(h('a', 'b'))", "\"a\": it is a hard link to \"b\", which is no file before it"),
        ("t.addfile(f('x', 1025), io.BytesIO(b'x' * 1025))", "\"x\": it is larger than 1024 bytes"),
        ("[t.addfile(f(str(i), 1000), io.BytesIO(b'x' * 1000)) for i in range(5)]", "\"4\": with it the files are larger than 4096 bytes"),
        ("[t.addfile(f(str(i))) for i in range(21)]", "\"20\": there are more than 20 entries"),
        ("t.addfile(f('a/' * 25 + 'b'))", "with its directories there are more than 20 entries"),
        ("t.addfile(f('n' * 300))", "its name is too long"), ("t.addfile(f('a/' * 2500))", "its path is too long"),
        ("t.addfile(f('x', 1000), io.BytesIO(b'x' * 1000)); [t.addfile(h('y%d' % i, 'x')) for i in range(5)]", "larger than 4096 bytes"),
    ]

    @Test("entries that break the rules are named", arguments: samples, ["gnu", "pax", "gzip", "zip"])
    func hostile(_ sample: (code: String, problem: String), _ form: String) async throws {
        // What only a tar can hold.
        if form == "zip", ["h(", "k("].contains(where: sample.code.contains) { return }
        try await Fixture.with { fixture in
            let script = """
                import tarfile, io, zipfile, sys
                def e(n, kind, size=0, link=''):
                    i = tarfile.TarInfo(n); i.type = kind; i.size = size; i.linkname = link; return i
                def f(n, size=0): return e(n, tarfile.REGTYPE, size)
                def l(n, to): return e(n, tarfile.SYMTYPE, 0, to)
                def h(n, to): return e(n, tarfile.LNKTYPE, 0, to)
                def k(n, kind): return e(n, kind)
                class Zip:
                    def __init__(self): self.z = zipfile.ZipFile('a', 'w', zipfile.ZIP_DEFLATED)
                    def addfile(self, i, data=None):
                        n = zipfile.ZipInfo(i.name); n.create_system = 3; n.compress_type = zipfile.ZIP_DEFLATED
                        n.external_attr = (0o120777 if i.issym() else 0o100644) << 16
                        self.z.writestr(n, i.linkname if i.issym() else (data.read() if data else b''))
                    def close(self): self.z.close()
                t = Zip() if '\(form)' == 'zip' else tarfile.open('a', 'w:gz' if '\(form)' == 'gzip' else 'w',
                    format=tarfile.PAX_FORMAT if '\(form)' == 'pax' else tarfile.GNU_FORMAT)
                \(sample.code)
                t.close()
                """
            let result = try await run("/usr/bin/env", ["python3", "-W", "ignore", "-c", script], directory: fixture.directory)
            try #require(result.status == 0, "\(result.output)")
            let bytes = Array(try #require(FileManager.default.contents(atPath: fixture.directory + "/a")))
            var limits = TemplateArchive.Limits()
            limits.fileSizeMax = 1024
            limits.totalSizeMax = 4096
            limits.entriesMax = 20
            let error = #expect(throws: TemplateArchiveError.self) { try TemplateArchive(reading: bytes, limits: limits) }
            #expect(error?.description.contains(sample.problem) == true, "\(error?.description ?? "no error")")
        }
    }

    @Test("a bomb is given up at its limit, and what is cut off or damaged is an error and no trap")
    func damaged() async throws {
        try await Fixture.with { fixture in
            let directory = try Self.tree(fixture)
            let made = try await run(
                "/bin/sh",
                ["-c", "head -c 200000000 /dev/zero | gzip -1 > ../bomb; tar -czf ../gz .; tar -cf ../tar .; zip -qry ../zip ."],
                directory: directory)
            #expect(made.status == 0)
            func bytes(_ name: String) throws -> [UInt8] {
                Array(try #require(FileManager.default.contents(atPath: "\(fixture.directory)/\(name)")))
            }
            let bomb = #expect(throws: TemplateArchiveError.self) { try TemplateArchive(reading: try bytes("bomb")) }
            #expect(bomb?.problem.hasPrefix("it unpacks to more than") == true)
            for sample in [[], [0x1F], [0x1F, 0x8B], [0x50, 0x4B], Array("hello".utf8), Array(repeating: 0x41, count: 2000)] as [[UInt8]] {
                #expect(throws: TemplateArchiveError.self) { try TemplateArchive(reading: sample) }
            }
            var generator = SeededGenerator(seed: 7)
            for name in ["gz", "tar", "zip.zip"] {
                let whole = try bytes(name)
                for _ in 0..<300 {
                    var sample = whole
                    for _ in 0..<Int.random(in: 1...4, using: &generator) {
                        sample[Int.random(in: sample.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                    }
                    if Bool.random(using: &generator) { sample.removeLast(Int.random(in: 0..<sample.count, using: &generator)) }
                    // Either is fine; what counts is that it returns.
                    if let archive = try? TemplateArchive(reading: sample) { #expect(archive.entries.count < 100) }
                }
            }
        }
    }

    @Test("nothing is followed or overwritten where an archive is unpacked")
    func extraction() async throws {
        try await Fixture.with { fixture in
            let archive = try TemplateArchive([.init("a/x", .file(Array("new".utf8))), .init("b", .file([]))])
            let outside = try fixture.makeDirectory("outside")
            let target = try fixture.makeDirectory("target")
            try FileManager.default.createSymbolicLink(atPath: target + "/a", withDestinationPath: outside)
            #expect(throws: TemplateArchiveError.self) { try archive.extract(to: target) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
        }
    }
}

/// Numbers from a seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
