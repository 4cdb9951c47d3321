import HCL
package import ProviderKit

/// `hashicorp/http`: data from the web.
///
/// Requests go wherever this machine can go, other than through a proxy: that is the power of whoever writes templates.
package struct HTTPProvider: Provider {
    package static let source = "hashicorp/http"

    package init() {}

    package var dataSourceNames: [String] { ["http"] }

    package func dataSource(_ name: String) -> (any DataSource)? { name == "http" ? HTTPSource() : nil }
}
