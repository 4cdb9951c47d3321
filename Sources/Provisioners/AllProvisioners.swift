package import ProviderKit

/// The provisioners that there are.
package func allProvisioners() -> [any Provisioner] { [LocalExec(), FileProvisioner(), RemoteExec()] }
