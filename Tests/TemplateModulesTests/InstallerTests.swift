import Foundation
import HCL
import TemplateConfiguration
import TemplateModules
import TestSupport
import Testing

@Suite("fetching modules") struct InstallerTests {
    private static let variables = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent"]

    private static func options(_ fixture: Fixture) -> ModuleInstallOptions {
        var options = ModuleInstallOptions(store: fixture.directory + "/store", variables: variables)
        options.allowsLocalRepositories = true
        options.timeout = .seconds(20)
        return options
    }

    /// A registry with two versions and a pre-release of `team/net/sim`, whose top calls a neighbour of one of its directories.
    private static func registry(_ server: ModuleServer) async throws {
        try await shell(
            """
            mkdir -p .well-known v1/modules/team/net/sim files pack-1/modules/inner pack-1/modules/other
            echo '{"modules.v1": "/v1/modules/"}' > .well-known/terraform.json
            echo '{"modules":[{"versions":[{"version":"1.0.0"},{"version":"1.2.0"},{"version":"2.0.0-rc1"}]}]}' > v1/modules/team/net/sim/versions
            for v in 1.0.0 1.2.0 2.0.0-rc1; do
                mkdir -p v1/modules/team/net/sim/$v
                echo "output \\"version\\" { value = \\"$v\\" }" > pack-1/main.tf
                echo 'module "other" { source = "../other" }' > pack-1/modules/inner/main.tf
                echo 'output "x" { value = 1 }' > pack-1/modules/other/main.tf
                tar -czf files/$v.tgz pack-1
                echo "../../../../../../files/$v.tgz//*?archive=tar.gz" > v1/modules/team/net/sim/$v/download.location
            done
            """, in: server.directory)
    }

    @Test("a registry gives the newest version that is allowed, directories inside of it are found, and the lock holds them")
    func registry() async throws {
        try await Fixture.with { fixture in
            let server = try await ModuleServer.start(fixture)
            try await Self.registry(server)
            let root = try fixture.makeDirectory("root")
            let main = """
                module "new" { source = "modules.example.com/team/net/sim" }
                module "old" {
                  source  = "modules.example.com/team/net/sim"
                  version = "~> 1.0.0"
                }
                module "early" {
                  source  = "modules.example.com/team/net/sim//modules/inner"
                  version = "2.0.0-rc1"
                }
                """
            _ = try fixture.write("root/main.tf", main)
            var options = Self.options(fixture)
            options.origins["modules.example.com"] = server.origin
            options.variables["TF_TOKEN_modules_example_com"] = "t0ken"
            let result = try await ModuleInstaller(options).install(root)
            #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
            #expect(result.lock.entries.mapValues(\.version) == ["new": "1.2.0", "old": "1.0.0", "early": "2.0.0-rc1"])
            #expect(result.configuration[ModuleAddress(["early", "other"])]?.outputs["x"] != nil)
            #expect(try ModuleLock(result.lock.text) == result.lock)
            #expect(!result.lock.text.contains("t0ken"))
            let tokens = try String(contentsOfFile: server.directory + "/tokens", encoding: .utf8)
            #expect(tokens.contains("/versions Bearer t0ken") && !tokens.contains("/files/"))

            // From now on nobody is asked: neither to load it, nor to import it again.
            let (loaded, diagnostics) = ConfigurationLoader(resolver: LockedModules(result.lock, in: ModuleStore(options))).load(root)
            #expect(diagnostics.isEmpty)
            #expect(loaded.modules.keys == result.configuration.modules.keys)
            options.origins["modules.example.com"] = "http://127.0.0.1:1"
            let again = try await ModuleInstaller(options).install(root, lock: result.lock)
            #expect(again.lock == result.lock)

            // What the lock does not fit any more, and what was changed on disk, is not taken.
            let first = try #require(result.lock.entries["old"])
            _ = try fixture.write("store/\(first.sha256)/pack-1/main.tf", "changed")
            let tampered = ConfigurationLoader(resolver: LockedModules(result.lock, in: ModuleStore(options))).load(root).1
            #expect(tampered.map(\.summary) == ["Module not installed"])
            _ = try fixture.write("root/main.tf", main.replacing("~> 1.0.0", with: "1.2.0"))
            let other = ConfigurationLoader(resolver: LockedModules(result.lock, in: ModuleStore(options))).load(root).1
            #expect(other.map(\.summary) == ["Module not installed"])
        }
    }

    @Test("a repository is taken at its branch, tag or commit, and the lock says at which commit")
    func git() async throws {
        try await Fixture.with { fixture in
            let work = try fixture.makeDirectory("work")
            try await shell(
                """
                git init -q -b main . && mkdir -p sub && echo 'output "v" { value = 1 }' > sub/main.tf && ln -s sub/main.tf main.tf
                git add . && git commit -qm one && git tag v1
                echo 'output "v2" { value = 2 }' > sub/main.tf && git commit -qam two
                git clone -q --bare . ../web.git
                """, in: work)
            let server = try await ModuleServer.start(fixture)
            try await shell(
                "git clone -q --bare ../work served.git && cd served.git && git update-server-info && git rev-parse v1 > ../../commit",
                in: server.directory)
            let commit = try String(contentsOfFile: fixture.directory + "/commit", encoding: .utf8).trimmingCharacters(in: .newlines)
            let root = try fixture.makeDirectory("root")
            _ = try fixture.write(
                "root/main.tf",
                """
                module "tag" { source = "git::file://\(fixture.directory)/web.git//sub?ref=v1&depth=1" }
                module "head" { source = "git::\(server.origin)/served.git//sub" }
                module "commit" { source = "git::file://\(fixture.directory)/web.git?ref=\(commit.prefix(12))" }
                """)
            let result = try await ModuleInstaller(Self.options(fixture)).install(root)
            #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
            func outputs(_ name: String) -> [String]? { result.configuration[ModuleAddress([name])]?.outputs.keys.sorted() }
            #expect(outputs("tag") == ["v"])
            #expect(outputs("head") == ["v2"])
            #expect(outputs("commit") == ["v"])
            #expect(result.lock.entries["tag"]?.resolved == "git::file://\(fixture.directory)/web.git?ref=\(commit)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/store").count == 2)
        }
    }

    @Test("archives of every kind are unpacked, by their name or as they say, and checked")
    func archives() async throws {
        try await Fixture.with { fixture in
            let server = try await ModuleServer.start(fixture)
            try await shell(
                """
                echo 'output "v" { value = 1 }' > main.tf
                zip -q a.zip main.tf; tar -cf a.tar main.tf; gzip -k a.tar; xz -k a.tar; cp a.zip plain
                echo './a.tar.gz' > vanity.location; echo '<html><meta name="terraform-get" content="HOST/a.zip"></html>' > page
                sed -i s,HOST,\(server.origin), page
                sha256sum a.zip | cut -c1-64 > sum
                """, in: server.directory)
            let sum = try String(contentsOfFile: server.directory + "/sum", encoding: .utf8).trimmingCharacters(in: .newlines)
            let sources = [
                "a.zip", "a.tar.gz", "a.tar.xz", "plain?archive=zip", "vanity", "page", "a.zip?checksum=sha256:\(sum)",
                "a.zip?checksum=\(sum)",
            ]
            let calls = sources.enumerated().map { "module \"m\($0.offset)\" { source = \"\(server.origin)/\($0.element)\" }" }
            let root = try fixture.makeDirectory("root")
            _ = try fixture.write("root/main.tf", calls.joined(separator: "\n"))
            let result = try await ModuleInstaller(Self.options(fixture)).install(root)
            #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
            #expect(Set(result.lock.entries.values.map(\.sha256)).count == 1)
            #expect(result.lock.entries.count == sources.count)
        }
    }

    @Test("a mirror is looked into first, and does without a network")
    func mirror() async throws {
        try await Fixture.with { fixture in
            let output = "output \"v\" { value = 1 }"
            for place in [
                "registry.terraform.io/team/net/sim/1.0.0", "registry.terraform.io/team/net/sim/1.1.0", "git/github.com/a/b/v1/sub",
                "http/example.com/c.zip",
            ] {
                _ = try fixture.write("mirror/\(place)/main.tf", output)
            }
            let root = try fixture.makeDirectory("root")
            _ = try fixture.write(
                "root/main.tf",
                """
                module "r" { source = "team/net/sim" }
                module "g" { source = "github.com/a/b//sub?ref=v1" }
                module "s" { source = "git@github.com:a/b.git//sub?ref=v1" }
                module "h" { source = "https://user:s3cret@example.com/c.zip" }
                module "no" { source = "team/other/sim" }
                """)
            var options = Self.options(fixture)
            options.mirror = fixture.directory + "/mirror"
            options.usesNetwork = false
            let result = try await ModuleInstaller(options).install(root)
            #expect(result.lock.entries.keys.sorted() == ["g", "h", "r", "s"])
            #expect(result.lock.entries["r"]?.version == "1.1.0")
            #expect(result.lock.entries.values.allSatisfy { !$0.resolved.contains("s3cret") })
            #expect(result.diagnostics.map(\.summary) == ["Failed to download module"])
            #expect(result.diagnostics.first?.detail.contains("the mirror does not have it") == true)
        }
    }

    @Test(
        "what cannot be fetched is told at the source of its call, without secrets",
        arguments: [
            ("modules.example.com/team/none/sim", "Module not found", "cannot be found in the module registry at modules.example.com"),
            (
                "modules.example.com/team/net/sim\" \n version = \"> 5", "Unresolvable module version constraint",
                "The newest available version is 1.2.0"
            ),
            ("modules.example.com/team/net/sim//no/such", "Unreadable module subdirectory", "\"*/no/such\" does not exist"),
            ("nobody.example.com/team/net/sim", "Failed to download module", "connect"),
            ("ORIGIN/none.zip", "Failed to download module", "bad response code: 404"),
            ("ORIGIN/nothing", "Failed to download module", "bad response code: 404"),
            ("ORIGIN/.well-known/terraform.json", "Failed to download module", "no source URL was returned"),
            (
                "ORIGIN/files/1.0.0.tgz?checksum=md5:00000000000000000000000000000000", "Failed to download module",
                "checksums did not match"
            ),
            ("ORIGIN/files/1.0.0.tgz?checksum=x", "Failed to download module", "checksum is not one of"),
            ("ORIGIN/files/1.0.0.tgz?archive=rar", "Failed to download module", "\"rar\" are not supported"),
            ("ORIGIN/bad.zip", "Failed to download module", "its path has"), ("ORIGIN/away", "Failed to download module", "rotocol"),
            ("ORIGIN/garbage", "Failed to download module", "GET http"), ("ORIGIN/slow", "Failed to download module", "timed out"),
            ("ORIGIN/file", "Failed to download module", "leads to a file of this machine"),
            ("ORIGIN/round", "Failed to download module", "more than 10 times"),
            ("git::http://me:s3cret@127.0.0.1:1/x.git", "Failed to download module", "127.0.0.1:1"),
            ("git::ORIGIN/none.git?ref=-x", "Failed to download module", "ref is no name"),
            ("git::ORIGIN/none.git?depth=no", "Failed to download module", "depth is no positive number"),
            ("git::ORIGIN/none.git?sshkey=s3cret", "Failed to download module", "sshkey is not supported"),
            ("git::file:///etc", "Failed to download module", "not allowed"),
            ("git::ext::sh -c id", "Invalid module source address", "failed to determine"),
            ("s3::https://s3.amazonaws.com/b/k.zip", "Failed to download module", "\"s3\" are not supported"),
            ("github.com/a/b//../../etc", "Invalid module source address", "leads outside of the module package"),
            ("https://me:s3cret@127.0.0.1:1/x.zip?token=s3cret", "Failed to download module", "onnect"),
        ])
    func failures(_ source: String, _ summary: String, _ part: String) async throws {
        try await Fixture.with { fixture in
            let server = try await ModuleServer.start(fixture)
            try await Self.registry(server)
            _ = try fixture.write("web/file.location", "git::file:///etc")
            _ = try fixture.write("web/round.location", "\(server.origin)/round")
            try await shell(
                "echo x > x; python3 -c \"import zipfile; zipfile.ZipFile('bad.zip', 'w').writestr('../x', '')\"", in: server.directory)
            let root = try fixture.makeDirectory("root")
            _ = try fixture.write(
                "root/main.tf", "\nmodule \"m\" {\n  source = \"\(source.replacing("ORIGIN", with: server.origin))\"\n}\n")
            var options = Self.options(fixture)
            options.allowsLocalRepositories = false
            options.timeout = .seconds(2)
            options.origins = ["modules.example.com": server.origin, "nobody.example.com": "http://127.0.0.1:1"]
            let result = try await ModuleInstaller(options).install(root)
            let diagnostic = try #require(result.diagnostics.first)
            #expect(result.diagnostics.count == 1, "\(result.diagnostics)")
            #expect(diagnostic.summary == summary)
            #expect(diagnostic.detail.contains(part), "\(diagnostic.detail)")
            #expect(!diagnostic.detail.contains("s3cret"))
            #expect(diagnostic.subject?.start.line == 3)
            #expect(result.lock.entries.isEmpty)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: fixture.directory).filter { $0 == "store" }.isEmpty
                    || FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/store").allSatisfy { !$0.hasPrefix(".new") })
        }
    }

    @Test(
        "a lock that is damaged is an error",
        arguments: [
            "", "{}", "{\"Version\": 2, \"Modules\": []}", "{\"Version\": 1, \"Modules\": [{}]}",
            "{\"Version\": 1, \"Modules\": [{\"Key\":\"a\",\"Source\":\"s\",\"Resolved\":\"r\",\"SHA256\":\"x\",\"Dir\":\"../../etc\"}]}",
        ])
    func damagedLock(_ text: String) {
        #expect(throws: ModuleLockError.self) { try ModuleLock(text) }
    }
}
