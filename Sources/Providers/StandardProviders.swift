package import ProviderKit

/// The providers that need nothing but this machine, as they are before a `provider` block configures them.
package func standardProviders() -> [any Provider] {
    [
        CloudInitProvider(), CoderProvider(), ExternalProvider(), LocalProvider(), NullProvider(), RandomProvider(), TerraformProvider(),
        TimeProvider(),
    ]
}
