import HCL
import Testing

struct EvaluationScopeTests {
    private func module(_ text: String, isValidating: Bool = false) -> StandaloneModule {
        let body = Parser.parseFile(Array(text.utf8), file: "test.tf").0
        return StandaloneModule(
            bodies: [body], functions: [:], environment: FunctionEnvironment(baseDirectory: "/work"), isValidating: isValidating)
    }

    private func summaries(_ expression: String) -> [String] {
        let declarations = "variable \"size\" {\n}\nlocals {\n  name = 1\n}\n"
        return module(declarations).scope.evaluate(Evaluation.parse(expression)).diagnostics.map(\.detail)
    }

    @Test("locals see variables, each other, and the fixed objects")
    func values() throws {
        let module = module(
            """
            variable "size" {
              type    = object({ a = number, b = optional(string, "x") })
              default = { a = "1" }
            }
            locals {
              a = "${local.b}-${var.size.b}-${var.size.a + 1}"
              b = path.module
              c = terraform.workspace
            }
            """)
        #expect(module.check() == [])
        #expect(module.local("a")?.value == .string(".-x-2"))
        #expect(module.local("c")?.value == .string("default"))
        #expect(module.local("nope") == nil)
    }

    @Test("variables are unknown while validating, and marked as they are declared")
    func validating() {
        let text = "variable \"a\" {\n  type = string\n  sensitive = true\n  default = \"s\"\n}\nlocals {\n  v = \"x${var.a}\"\n}\n"
        let unknown = module(text, isValidating: true).local("v")?.value
        #expect(unknown?.isKnown == false)
        #expect(unknown?.marks == .sensitive)
        #expect(module(text).local("v")?.value == Value.string("xs").secret)
    }

    @Test(
        "references to what is not there are told",
        arguments: [
            ("var.sise", "An input variable with the name \"sise\" has not been declared. Did you mean \"size\"?"),
            (
                "var.nope",
                "An input variable with the name \"nope\" has not been declared. This variable can be declared with a variable \"nope\" {} block."
            ),
            ("local.nam", "A local value with the name \"nam\" has not been declared. Did you mean \"name\"?"),
            ("path.modul", "The \"path\" object does not have an attribute named \"modul\". Did you mean \"module\"?"),
            ("thing.a.b", "A managed resource \"thing\" \"a\" has not been declared in the root module."),
            ("data.thing.a", "A data resource \"thing\" \"a\" has not been declared in the root module."),
            ("ephemeral.thing.a", "An ephemeral resource \"thing\" \"a\" has not been declared in the root module."),
            ("module.a[0].b", "No module call named \"a\" is declared in the root module."),
            ("module.a[true]", "Invalid index for module instance: either a string or an integer is required."),
            (
                "thing.a[1.5]",
                "Invalid index for resource instance: value must be a whole number, between \(Int.min) and \(Int.max) inclusive."
            ),
            ("module", "The \"module\" object cannot be accessed directly. Instead, access one of its attributes."),
            ("module[0]", "The \"module\" object does not support this operation."),
            ("module.a[0][0]", "Module instance objects do not support this operation."),
            ("data[0].a", "The \"data\" object does not support this operation."),
            ("data.a", "The \"data\" object must be followed by two attribute names: the data source type and the resource name."),
            ("data.a[0]", "A reference to a data source must be followed by at least one attribute access, specifying the resource name."),
            ("thing", "A reference to a resource type must be followed by at least one attribute access, specifying the resource name."),
        ])
    func references(expression: String, detail: String) { #expect(summaries(expression) == [detail]) }

    @Test(
        "a root alone is wrong twice, as in Terraform",
        arguments: ["var", "local[0]", "path", "count", "each", "terraform"])
    func roots(expression: String) { #expect(summaries(expression).count == 2) }

    @Test(
        "names that mean something elsewhere only are told",
        arguments: [
            ("self.a", "Invalid \"self\" reference"), ("count.index", "Reference to \"count\" in non-counted context"),
            ("each.key", "Reference to \"each\" in context without for_each"), ("each.value", "each.value cannot be used in this context"),
            ("each.a", "Invalid \"each\" attribute"), ("count.a", "Invalid \"count\" attribute"),
            ("terraform.env", "Invalid \"terraform\" attribute"), ("terraform.a", "Invalid \"terraform\" attribute"),
            ("template.a", "Reserved symbol name"),
        ])
    func elsewhere(expression: String, summary: String) {
        #expect(module("").scope.evaluate(Evaluation.parse(expression)).diagnostics.map(\.summary) == [summary])
    }

    @Test("locals that need themselves, or each other, are told once")
    func cycles() {
        #expect(module("locals {\n  a = local.a\n}\n").check().map(\.summary) == ["Self-referencing local value"])
        let cycle = module("locals {\n  a = local.b\n  b = local.a\n  c = local.a\n}\n").check()
        #expect(cycle.map(\.summary) == ["Cycle: local.a (expand), local.b (expand)"])
    }

    @Test("what needs something that is wrong is not computed")
    func needs() {
        #expect(module("locals {\n  a = [][0]\n  b = local.a + []\n}\n").check().map(\.summary) == ["Invalid index"])
    }

    @Test(
        "what is wrong with a variable is told",
        arguments: [
            ("type = \"string\"", "Invalid quoted type constraints"), ("type = \"foo\"", "Invalid legacy variable type hint"),
            ("type = strin", "Invalid type specification"), ("type = number\n  default = \"x\"", "Invalid default value for variable"),
            ("nullable = false\n  default = null", "Invalid default value for variable"), ("sensitive = []", "Unsuitable value type"),
            ("default = a", "Variables not allowed"), ("default = f()", "Function calls not allowed"),
        ])
    func variables(body: String, summary: String) {
        #expect(module("variable \"v\" {\n  \(body)\n}\n").check().map(\.summary) == [summary])
    }
}
