import HCL
import TemplateConfiguration

extension ObjectState {
    /// The object as an instance in a state file, on one line; without the key of the instance.
    package var text: String { StateWriter(state: State(lineage: "")).text(nil, nil, self) }

    /// Reads what ``text`` gives.
    package static func read(_ text: String) throws(StateFileError) -> ObjectState {
        let place: JSONPlace
        do {
            place = JSONPlace(json: try RawJSON(validating: text), path: "")
        } catch {
            throw StateFileError("not JSON: \(error)")
        }
        return try ObjectState(place.members())
    }
}
