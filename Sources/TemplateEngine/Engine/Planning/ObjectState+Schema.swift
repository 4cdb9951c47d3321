import HCL
import ProviderKit
import TemplateState

extension ObjectState {
    /// An object to store, as its schema has it.
    init(_ value: Value, _ schema: Schema) throws {
        try self.init(value, as: schema.block.impliedType, schemaVersion: schema.version)
    }
}
