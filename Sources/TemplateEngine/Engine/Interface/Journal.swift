package import TemplateConfiguration
package import TemplateState

/// Writes down, durably, what an engine is about to do and what it did, so that a crash at any point loses nothing that exists.
package protocol Journal: Sendable {
    /// Returns once the entry is stored; the engine waits for that before its next step.
    func append(_ entry: JournalEntry) async throws
}

/// One step in the life of an object.
package enum JournalEntry: Sendable {
    /// A side effect is about to begin.
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
        /// What is to be, as JSON text of the attributes that are known; nil for a delete.
        package var planned: String?
        package var schemaVersion: Int
    }
}
