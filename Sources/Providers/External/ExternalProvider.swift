import HCL
package import ProviderKit

/// `hashicorp/external`: data from a program on the machine that builds.
///
/// The program runs with the rights of this process: like `local-exec`, that is the power of whoever writes templates.
package struct ExternalProvider: Provider {
    package static let source = "hashicorp/external"

    package init() {}

    package var dataSourceNames: [String] { ["external"] }

    package func dataSource(_ name: String) -> (any DataSource)? { name == "external" ? ExternalSource() : nil }
}
