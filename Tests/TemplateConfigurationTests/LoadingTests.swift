import Glibc
import HCL
import Testing

@testable import TemplateConfiguration

@Suite struct LoadingTests {
    @Test("files that editors leave behind and hidden ones are no configuration")
    func ignoredFiles() throws {
        let nonsense = "this is no configuration"
        let errors = try Fixture.errors([
            "main.tf": "locals { a = 1 }", ".hidden.tf": nonsense, "main.tf~": nonsense, "#main.tf#": nonsense, "x.tf.bak": nonsense,
            "dir.tf/x.txt": nonsense,
        ])
        #expect(errors == [])
    }

    @Test("modules in paths are named by their directory, relative to the root module")
    func localModules() throws {
        let configuration = try Fixture.load([
            "main.tf": "module \"a\" { source = \"./modules/a\" }",
            "modules/a/main.tf": "module \"b\" { source = \"../b\" }",
            "modules/b/main.tf": "variable \"x\" {}",
        ])
        let address = ModuleAddress(["a", "b"])
        #expect(configuration[address]?.directory == "modules/b")
        #expect(configuration[address]?.variables["x"]?.range.file == "modules/b/main.tf")
        #expect(configuration.sources.keys.sorted() == ["main.tf", "modules/a/main.tf", "modules/b/main.tf"])
    }

    @Test("what terraform init has installed is found")
    func installedModules() throws {
        let list = #"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"x/y/z","Dir":".terraform/modules/m"}]}"#
        try Fixture.with([
            "main.tf": "module \"m\" { source = \"x/y/z\" }", ".terraform/modules/modules.json": list,
            ".terraform/modules/m/main.tf": "variable \"v\" {}",
        ]) { root in
            let (configuration, diagnostics) = ConfigurationLoader(resolver: InstalledModules(root: root)).load(root)
            #expect(diagnostics == [])
            #expect(configuration[ModuleAddress(["m"])]?.variables["v"]?.range.file == ".terraform/modules/m/main.tf")
        }
    }

    @Test(
        "what leads nowhere, out of the template or round in circles ends in an error at its place",
        arguments: [
            (["main.tf": "module \"m\" { source = \"./gone\" }"], ["main.tf:1 Module not installed"]),
            (["main.tf": "module \"m\" { source = \"a/b/c\" }"], ["main.tf:1 Module not installed"]),
            (["main.tf": "\nmodule \"m\" { source = \"../\" }"], ["main.tf:2 Module outside of the template"]),
            (
                ["main.tf": "module \"m\" { source = \"./m\" }", "m/main.tf": "module \"m\" { source = \"./../m\" }"],
                ["m/main.tf:1 Module calls itself"]
            ),
            (["main.tf": "module \"m\" { source = \"./m\" }", "m": "-> /"], ["main.tf:1 Module outside of the template"]),
            (["main.tf": "-> /etc/passwd"], ["main.tf:1 Failed to read file"]),
            (["main.tf": "-> /dev/zero"], ["main.tf:1 Failed to read file"]),
        ])
    func refused(files: [String: String], errors: [String]) throws {
        #expect(try Fixture.errors(files) == errors)
    }

    @Test("a path above the template is fine where the loader is told so")
    func allowedRoot() throws {
        try Fixture.with(["t/main.tf": "module \"m\" { source = \"../m\" }", "m/main.tf": "variable \"x\" {}"]) { root in
            #expect(ConfigurationLoader().load("\(root)/t").1.hasErrors)
            let (configuration, diagnostics) = ConfigurationLoader(allowedRoot: root).load("\(root)/t")
            #expect(diagnostics == [])
            #expect(configuration[ModuleAddress(["m"])]?.directory == "../m")
        }
    }

    @Test("a file that is far too large is refused, not read")
    func largeFile() throws {
        try Fixture.with([:]) { root in
            Fixture.write([UInt8](repeating: 0x20, count: ConfigurationDirectory.fileSizeMax + 1), to: "\(root)/main.tf")
            #expect(ConfigurationLoader().load(root).1.map(\.summary) == ["Failed to read file"])
        }
    }

    @Test("a file that is cut off or damaged anywhere is no reason to stop working", arguments: ["tf", "tf.json"])
    func damagedFiles(suffix: String) throws {
        let text =
            suffix == "tf"
            ? """
            variable "a" { type = object({ x = optional(number, 1) }) }
            resource "a" "b" {
              for_each = { a = 1 }
              lifecycle { ignore_changes = [x[0].y] }
              provisioner "p" { when = destroy }
            }
            module "m" { source = "./m" }
            moved {
              from = module.a[0].b.c["x"]
              to   = b.d
            }
            """
            : #"{"variable":{"a":{"type":"list(string)"}},"resource":{"a":[{"b":{"lifecycle":{"ignore_changes":"all"}}}]},"moved":[{"from":"a.b","to":"a.c"}]}"#
        let bytes = Array(text.utf8)
        try Fixture.with([:]) { root in
            for position in bytes.indices {
                for damage in [Array(bytes[..<position]), bytes[..<position] + [0x22] + bytes[(position + 1)...]] {
                    Fixture.write(damage, to: "\(root)/main.\(suffix)")
                    _ = ConfigurationLoader().load(root)
                }
            }
        }
    }
}
