import HCL
import Testing

@testable import TemplateConfiguration

@Suite struct VariableInputTests {
    private let declarations = """
        variable "untyped" { default = "d" }
        variable "text" {
          type    = string
          default = "d"
        }
        variable "list" {
          type    = list(string)
          default = []
        }
        variable "any" {
          type    = any
          default = 0
        }
        variable "firm" {
          type     = string
          default  = "d"
          nullable = false
        }
        variable "object" {
          type    = object({ a = number, b = optional(string, "z") })
          default = { a = 1 }
        }
        """

    @Test("later sources win over earlier ones")
    func precedence() throws {
        let files = [
            "main.tf": "variable \"a\" {}\nvariable \"b\" {}\nvariable \"c\" {}\nvariable \"d\" {}\nvariable \"e\" {}",
            "terraform.tfvars": "b = \"fixed\"\nc = \"fixed\"\nd = \"fixed\"\ne = \"fixed\"",
            "terraform.tfvars.json": #"{"c": "json ${x}", "d": "json", "e": "json"}"#,
            "y.auto.tfvars": "d = \"auto\"\ne = \"auto\"",
        ]
        let environment = Dictionary(uniqueKeysWithValues: "abcde".map { ("TF_VAR_\($0)", "environment") })
        try Fixture.with(files) { root in
            var inputs = VariableInputs.collected(environment: environment, directory: root)
            inputs.add(option: "e=option")
            let (resolved, diagnostics) = inputs.resolve(for: ConfigurationLoader().load(root).0.root)
            #expect(diagnostics == [])
            #expect(
                resolved.values.mapValues(\.stringValue)
                    == ["a": "environment", "b": "fixed", "c": "json ${x}", "d": "auto", "e": "option"])
        }
    }

    @Test(
        "a text is read as the type wants it",
        arguments: [
            ("untyped=[1]", Value.string("[1]")), ("text=5", .string("5")), ("list=[1]", .list([.string("1")], of: .string)),
            ("any=[for x in [1] : x + 1]", .tuple([.integer(2)])), ("any=null", .null()), ("firm=a=b", .string("a=b")),
            ("object={a=\"2\"}", .object(["a": .integer(2), "b": .string("z")])),
        ])
    func text(option: String, value: Value) throws {
        let root = try Fixture.load(["main.tf": declarations]).root
        var inputs = VariableInputs()
        inputs.add(option: option)
        let (resolved, diagnostics) = inputs.resolve(for: root)
        #expect(diagnostics == [])
        #expect(resolved.values[String(option.prefix { $0 != "=" })] == value)
        #expect(resolved.given.count == 1)
        #expect(resolved.values.count == root.variables.count)
    }

    @Test(
        "what cannot be a value is told in Terraform's words",
        arguments: [
            ("list=[local.x]", "Variables not allowed", "Variables may not be used here."),
            ("list=[upper(\"x\")]", "Function calls not allowed", "Functions may not be called here."),
            (
                "list=5", "Invalid value for input variable",
                "Unsuitable value for var.list set using -var=\"list=...\": list of string required."
            ),
            (
                "object={}", "Invalid value for input variable",
                "Unsuitable value for var.object set using -var=\"object=...\": attribute \"a\" is required."
            ),
            (
                "nope=1", "Value for undeclared variable",
                "A variable named \"nope\" was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration."
            ),
            (
                "list", "Invalid -var option",
                "The given -var option \"list\" is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\"."
            ),
        ])
    func mistakes(option: String, summary: String, detail: String) throws {
        var inputs = VariableInputs()
        inputs.add(option: option)
        let diagnostics = inputs.resolve(for: try Fixture.load(["main.tf": declarations]).root).1
        #expect(diagnostics.map(\.summary) == [summary])
        #expect(diagnostics.map(\.detail) == [detail])
    }

    @Test(
        "files are told of by their places",
        arguments: [
            ("nope = 1", ["Value for undeclared variable"]), ("list = upper(1)", ["x.tfvars:1 Function calls not allowed"]),
            ("variable \"x\" {}", ["x.tfvars:1 Variable declaration in .tfvars file"]),
            ("a = 1\nb = 2\nc = 3", Array(repeating: "Value for undeclared variable", count: 2) + ["Values for undeclared variables"]),
            ("firm = null", []), ("list = {}", ["x.tfvars:1 Invalid value for input variable"]),
        ])
    func files(text: String, messages: [String]) throws {
        try Fixture.with(["main.tf": declarations, "x.tfvars": text]) { root in
            var inputs = VariableInputs()
            inputs.add(file: "\(root)/x.tfvars", name: "x.tfvars")
            let diagnostics = inputs.resolve(for: ConfigurationLoader().load(root).0.root).1
            #expect(diagnostics.map { ($0.subject.map { "\($0.file):\($0.start.line) " } ?? "") + $0.summary } == messages)
        }
    }

    @Test("a variable without a default needs a value, and one that is gone has no file")
    func missing() throws {
        let root = try Fixture.load(["main.tf": "variable \"v\" {}"]).root
        #expect(VariableInputs().resolve(for: root).1.map(\.summary) == ["No value for required variable"])
        var inputs = VariableInputs()
        inputs.add("v", .integer(1))
        inputs.add(file: "/nowhere/x.tfvars", name: "x.tfvars")
        #expect(inputs.resolve(for: root).1.map(\.detail) == ["Given variables file x.tfvars does not exist."])
    }
}
