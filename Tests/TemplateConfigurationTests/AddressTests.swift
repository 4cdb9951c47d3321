import HCL
import Testing

@testable import TemplateConfiguration

@Suite struct AddressTests {
    @Test(
        "an address that was written is read as the same",
        arguments: [
            "a.b", "a.b[0]", "data.a.b[\"x\"]", "module.m.a.b", "module.m[\"x.y\"].module.n[3].ephemeral.a.b[\"q\\\"\"]", "a.b[\"$${x}\"]",
        ])
    func roundTrip(text: String) throws { #expect(try ResourceInstanceAddress.parse(text).description == text) }

    @Test("what is no address is told", arguments: ["", "a", "module.m", "a.b.c", "a[0].b", "a.b[c]", "var.x", "a.b[0][1]", "a b"])
    func invalid(text: String) { #expect(throws: Diagnostic.self) { try ResourceInstanceAddress.parse(text) } }

    @Test("modules and provider configurations are read as they were written")
    func others() throws {
        #expect(try ModuleInstanceAddress.parse("module.a[0].module.b").description == "module.a[0].module.b")
        #expect(try ModuleInstanceAddress.parse("").isRoot)
        let text = "module.m.provider[\"registry.terraform.io/hashicorp/random\"].x"
        let address = try ProviderConfigurationAddress.parse(text)
        #expect(address.description == text)
        #expect(address.alias == "x")
        #expect(throws: Diagnostic.self) { try ProviderConfigurationAddress.parse("provider[5]") }
    }

    @Test("addresses are in Terraform's order")
    func order() throws {
        let texts = [
            "data.z.z", "a.a", "a.b", "a.b[2]", "a.b[10]", "a.b[\"a\"]", "b.a", "module.a.a.a", "module.b.a.a", "module.b[0].a.a",
            "module.a.module.a.a.a",
        ]
        let addresses = try texts.map { try ResourceInstanceAddress.parse($0) }
        #expect(addresses.reversed().sorted().map(\.description) == texts)
    }

    @Test(
        "sources of providers are read",
        arguments: [
            ("random", "registry.terraform.io/hashicorp/random"), ("Coder/coder", "registry.terraform.io/coder/coder"),
            ("terraform.io/builtin/terraform", "terraform.io/builtin/terraform"), ("a/b/c/d", nil), ("x.y/-a/b", nil), ("", nil),
        ])
    func sources(source: String, address: String?) { #expect(ProviderAddress(source: source)?.description == address) }
}
