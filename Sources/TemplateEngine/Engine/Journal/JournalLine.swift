import HCL
import TemplateConfiguration
import TemplateState

/// One line of a journal's text: a JSON object with a string or number for each name.
struct JournalLine {
    private var members: [String: JSONText]
    private let number: Int

    init(_ bytes: some Collection<UInt8>, number: Int) throws(JournalError) {
        self.number = number
        guard let text = String(validating: bytes, as: UTF8.self) else { throw JournalError("it is not UTF-8", line: number) }
        do {
            guard case .object(let pairs) = try JSONText.parse(text) else { throw JournalError("an object is required", line: number) }
            members = Dictionary(pairs) { $1 }
            if members.count != pairs.count { throw JournalError("a name is there twice", line: number) }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError("it is not JSON: \(error)", line: number)
        }
    }

    func fail(_ message: String) -> JournalError { JournalError(message, line: number) }

    mutating func optionalString(_ name: String) throws(JournalError) -> String? {
        switch members.removeValue(forKey: name) {
        case nil: return nil
        case .string(let string)?: return string
        default: throw fail("\(name.goQuoted) is not a string")
        }
    }

    mutating func string(_ name: String) throws(JournalError) -> String {
        guard let string = try optionalString(name) else { throw fail("\(name.goQuoted) is missing") }
        return string
    }

    mutating func count(_ name: String) throws(JournalError) -> Int {
        guard case .number(let number)? = members.removeValue(forKey: name), let count = number.int, count >= 0 else {
            throw fail("\(name.goQuoted) is missing, or no whole number")
        }
        return count
    }

    mutating func address(_ name: String = "address") throws(JournalError) -> ResourceInstanceAddress {
        let text = try string(name)
        do {
            return try ResourceInstanceAddress.parse(text)
        } catch {
            throw fail("\(text.goQuoted) is not the address of an object: \(error.detail)")
        }
    }

    mutating func provider() throws(JournalError) -> ProviderConfigurationAddress {
        let text = try string("provider")
        do {
            return try ProviderConfigurationAddress.parse(text)
        } catch {
            throw fail("\(text.goQuoted) is not the address of a provider's configuration: \(error.detail)")
        }
    }

    mutating func object() throws(JournalError) -> ObjectState? {
        guard let text = try optionalString("object") else { return nil }
        do {
            return try ObjectState.read(text)
        } catch {
            throw fail("its object cannot be read: \(error)")
        }
    }

    /// To be called when all was taken: what is left over was written by something that knows more than we do.
    func end() throws(JournalError) {
        guard let name = members.keys.min() else { return }
        throw fail("\(name.goQuoted) is not part of what we know; a newer engine may have written it")
    }

    /// The line of these members, those that are nil left out; with its end.
    static func text(_ members: [(String, String?)]) -> String {
        "{" + members.compactMap { name, json in json.map { "\(name.jsonQuoted):\($0)" } }.joined(separator: ",") + "}\n"
    }
}
