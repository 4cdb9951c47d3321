import HCL
import Testing

@testable import TemplateConfiguration

@Suite struct OverrideTests {
    private let base = """
        variable "v" {
          type    = string
          default = "a"
        }
        resource "t" "r" {
          input = 1
          keep  = 2
          part { a = 1 }
          other { b = 1 }
          lifecycle {
            prevent_destroy       = true
            create_before_destroy = true
          }
          provisioner "one" {}
        }
        """

    @Test("arguments are replaced one by one, blocks by their type, and a lifecycle like arguments")
    func resource() throws {
        let change = """
            resource "t" "r" {
              input = 3
              part { a = 2 }
              part { a = 3 }
              lifecycle { prevent_destroy = false }
            }
            """
        let resource = try #require(
            try Fixture.load(["main.tf": base, "x_override.tf": change]).root.resources[ResourceAddress(.managed, "t", "r")])
        #expect(resource.body.attributes.map(\.name) == ["input", "keep"])
        #expect(resource.body.attribute("input")?.range.file == "x_override.tf")
        #expect(resource.body.blocks.map(\.type) == ["other", "part", "part"])
        #expect(resource.lifecycle.preventDestroy == false)
        #expect(resource.lifecycle.createBeforeDestroy == true)
        #expect(resource.provisioners.map(\.type) == ["one"])
    }

    @Test("JSON and native syntax override each other")
    func mixedSyntax() throws {
        let change = #"{"resource": {"t": {"r": {"input": 3, "part": [{"a": 5}], "lifecycle": {"prevent_destroy": false}}}}}"#
        let resource = try #require(
            try Fixture.load(["main.tf": base, "override.tf.json": change]).root.resources[ResourceAddress(.managed, "t", "r")])
        let schema = BodySchema(attributes: [.init("keep", isRequired: true), "input"], blocks: [.init("part"), .init("other")])
        let (content, diagnostics) = resource.body.content(schema)
        #expect(diagnostics == [])
        #expect(content.attributes["input"]?.range.file == "override.tf.json")
        #expect(content.blocks.map(\.body.isJSON) == [false, true])
        #expect(resource.lifecycle.preventDestroy == false && resource.lifecycle.createBeforeDestroy == true)
    }

    @Test("the parts of a variable are overridden one by one")
    func variable() throws {
        let root = try Fixture.load(["main.tf": base, "override.tf": "variable \"v\" {\n  default = \"b\"\n  sensitive = true\n}"]).root
        #expect(root.variables["v"]?.input.fallback == .string("b"))
        #expect(root.variables["v"]?.input.type == .string)
        #expect(root.variables["v"]?.input.isSensitive == true)
    }

    @Test(
        "what is not there cannot be overridden, and some things cannot at all",
        arguments: [
            ("variable \"x\" {}", "Missing base variable declaration to override"),
            ("locals { x = 1 }", "Missing base local value definition to override"),
            ("output \"x\" { value = 1 }", "Missing base output definition to override"),
            ("module \"x\" {}", "Missing module call to override"),
            ("resource \"t\" \"x\" {}", "Missing resource to override"),
            ("data \"t\" \"x\" {}", "Missing data resource to override"),
            ("provider \"t\" { alias = \"x\" }", "Missing base provider configuration for override"),
            ("check \"x\" {}", "Can't override check blocks"),
            ("resource \"t\" \"r\" { depends_on = [t.x] }", "Unsupported override"),
            ("variable \"v\" { type = number }", "Invalid default value for variable"),
        ])
    func mistakes(change: String, error: String) throws {
        #expect(try Fixture.errors(["main.tf": base, "override.tf": change]) == ["override.tf:1 \(error)"])
    }
}
