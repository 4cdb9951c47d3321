package import TemplateConfiguration
package import TemplateState

/// Writes down, durably, what an engine is about to do and what it did, so that a crash at any point loses nothing that exists.
///
/// A journal holds what resources and provider configurations hold, secrets too: whoever may read it may read those. Keep it
/// where the state is kept, and never log it.
package protocol Journal: Sendable {
    /// Returns once the entry is stored; the engine waits for that before its next step. Is not cancelled with the engine.
    func append(_ entry: JournalEntry) async throws
}

/// One step in the life of an object.
package enum JournalEntry: Sendable {
    /// How a provider is configured, as JSON text of its schema's type without what is ephemeral: so that what it made can be
    /// found, and ended, without the template. Comes before the first intent of the provider.
    case provider(ProviderConfigurationAddress, configuration: String)
    /// A side effect is about to begin. With ``ResourceChange/Action/createThenDelete`` the current object now waits to be
    /// destroyed under the intent's key.
    case intent(Intent)
    /// In the middle of it the provider learned what it made: JSON text that its `find` understands.
    case handle(address: ResourceInstanceAddress, handle: String)
    /// It is over; the object is now this, or no more. A deposed object has its key.
    case settled(
        address: ResourceInstanceAddress, deposed: String?, provider: ProviderConfigurationAddress, object: ObjectState?)

    /// A replacement could not be made: the object that waited to be destroyed is the current one again.
    case restored(address: ResourceInstanceAddress, deposed: String)

    package struct Intent: Sendable {
        package var address: ResourceInstanceAddress
        package var deposedKey: String?
        package var action: ResourceChange.Action
        package var provider: ProviderConfigurationAddress
        /// The same for every attempt of this change; on the object, if the backend can hold it.
        package var key: String
        /// What is to be, with the attributes that are known; nil for a delete.
        package var planned: ObjectState?

        package init(
            address: ResourceInstanceAddress, deposedKey: String? = nil, action: ResourceChange.Action,
            provider: ProviderConfigurationAddress, key: String, planned: ObjectState?
        ) {
            self.address = address
            self.deposedKey = deposedKey
            self.action = action
            self.provider = provider
            self.key = key
            self.planned = planned
        }
    }
}
