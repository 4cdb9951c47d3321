package import TemplateConfiguration
import TemplateState

/// A side effect that began, and of which nobody wrote down how it ended.
package struct OpenIntent: Sendable {
    package var intent: JournalEntry.Intent
    /// What the provider recorded last while it worked.
    package var handle: String?

    /// What is being worked on: the current object of an instance, or one that waits to be destroyed.
    package struct Subject: Sendable, Hashable {
        package var address: ResourceInstanceAddress
        package var deposed: String?
    }

    package var subject: Subject { intent.subject }
}

extension JournalEntry.Intent {
    var subject: OpenIntent.Subject { OpenIntent.Subject(address: address, deposed: action == .delete ? deposedKey : nil) }
}
