package import HCL
package import TemplateConfiguration

/// A data source, as far as it could be read without planning anything.
package struct DataReading: Sendable {
    package var address: ResourceInstanceAddress
    /// What the configuration says; with unknown values where it depends on what is not there yet.
    package var configuration: Value
    /// With marks; nil if it could not be read.
    package var object: Value?
}

/// Which data sources a reading walk is after, and what it has found. Belongs to the walk's thread.
final class Reading {
    let provider: ProviderAddress
    var found: [DataReading] = []

    init(provider: ProviderAddress) { self.provider = provider }
}

extension TemplateEngine {
    /// Reads the data sources of one provider, and computes what they need. Nothing else is touched: everything managed, and
    /// data of other providers, is unknown, and so are variables without a value.
    ///
    /// - Returns: what was found, by address; errors do not keep other data from being read.
    package func read(
        dataOf provider: ProviderAddress, variables: [String: Value] = [:]
    ) async -> (data: [DataReading], diagnostics: Diagnostics) {
        do {
            let walk = try walk(.read(Reading(provider: provider)), inputs: variables, planTimestamp: Clock.now(), timestamp: nil)
            return await withTaskCancellationHandler {
                await walk.readAll()
            } onCancel: {
                Task { await walk.cancel() }
            }
        } catch {
            return ([], [.error("Cannot read the template's data", "\(error)")])
        }
    }
}
