package import HCL
package import ProviderKit

extension BlockSchema {
    /// What a body says, as an object of the ``impliedType``, without anything that the schema would fill in.
    ///
    /// With errors, what could not be read is unknown or absent in it. What the schema says of the values themselves (that
    /// only the provider gives one, that one is deprecated or not allowed), ``findings(in:)`` tells.
    package func decode(_ body: Body, in context: EvaluationContext) -> (value: Value, diagnostics: Diagnostics) {
        BlockReader(schema: self, context: context).read(body)
    }

    /// The object of a body that says nothing.
    package var emptyValue: Value {
        .object(
            attributes.mapValues { .null($0.type) }.merging(blocks.mapValues(\.emptyValue)) { attribute, _ in attribute })
    }
}

extension NestedBlockSchema {
    /// What stands for no block at all.
    package var emptyValue: Value {
        switch nesting {
        case .single: .null(impliedType)
        case .group: block.emptyValue
        case .list: impliedType == .dynamic ? .emptyTuple : .list([], of: block.impliedType)
        case .set: .set([], of: block.impliedType)
        case .map: impliedType == .dynamic ? .emptyObject : .map([:], of: block.impliedType)
        }
    }
}
