package import HCL
package import ProviderKit

/// The provider inside Terraform: `terraform_data`, and `terraform_remote_state`.
package struct TerraformProvider: Provider {
    package static let source = "terraform.io/builtin/terraform"

    package init() {}

    package var resourceTypeNames: [String] { ["terraform_data"] }
    package var dataSourceNames: [String] { ["terraform_remote_state"] }

    package var functions: [Function] { TerraformFunctions.all }

    package func resourceType(_ name: String) -> (any ResourceType)? { name == "terraform_data" ? TerraformData() : nil }
    package func dataSource(_ name: String) -> (any DataSource)? { name == "terraform_remote_state" ? RemoteState() : nil }
}
