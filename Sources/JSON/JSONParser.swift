import CJSONC

/// Builds values from text through json-c, which sees only what ``JSONScanner`` has approved.
enum JSONParser {
    static func parse(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits) throws(JSONError) -> JSONValue {
        var scanner = JSONScanner(bytes, limits: limits)
        let summary = try scanner.scan()
        // One level for the innermost scalar, and one that json-c holds back.
        guard let tokener = json_tokener_new_ex(Int32(summary.depth + 2)) else {
            throw JSONError(.outOfMemory, "no memory to parse JSON")
        }
        defer { json_tokener_free(tokener) }
        json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)
        let text = UnsafeRawBufferPointer(rebasing: bytes[summary.start..<summary.end])
        var root = json_tokener_parse_ex(tokener, text.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(text.count))
        if json_tokener_get_error(tokener) == json_tokener_continue {
            // A number has no end of its own; a NUL is how json-c is told.
            var end: CChar = 0
            root = json_tokener_parse_ex(tokener, &end, 1)
        }
        defer { json_object_put(root) }
        let status = json_tokener_get_error(tokener)
        guard status == json_tokener_success else {
            let offset = summary.start + json_tokener_get_parse_end(tokener)
            throw .at(offset, "json-c refuses the text (\(String(cString: json_tokener_error_desc(status))))")
        }
        var memberCount = 0
        let value = try convert(root, &memberCount)
        // json-c lets the last of several members of one name win; the count gives it away.
        guard memberCount == summary.memberCount else { throw duplicateName(in: bytes, limits: limits) }
        return value
    }

    /// Copies a json-c value. Recursive: the scanner has bounded the depth.
    private static func convert(_ object: OpaquePointer?, _ memberCount: inout Int) throws(JSONError) -> JSONValue {
        switch json_object_get_type(object) {
        case json_type_null:
            return .null
        case json_type_boolean:
            return .bool(json_object_get_boolean(object) != 0)
        case json_type_int:
            let unsigned = json_object_get_uint64(object)
            return unsigned > Int64.max ? .unsigned(unsigned) : .integer(json_object_get_int64(object))
        case json_type_double:
            let number = json_object_get_double(object)
            guard number.isFinite else { throw JSONError(.numberOutOfRange, "number does not fit a double") }
            return .number(number)
        case json_type_string:
            let count = Int(json_object_get_string_len(object))
            let start = UnsafeRawPointer(json_object_get_string(object))
            return .string(String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self))
        case json_type_array:
            var elements: [JSONValue] = []
            let count = json_object_array_length(object)
            elements.reserveCapacity(count)
            for index in 0..<count {
                elements.append(try convert(json_object_array_get_idx(object, index), &memberCount))
            }
            return .array(elements)
        default:
            var members: [String: JSONValue] = [:]
            members.reserveCapacity(Int(json_object_object_length(object)))
            var iterator = json_object_iter_begin(object)
            var end = json_object_iter_end(object)
            while json_object_iter_equal(&iterator, &end) == 0 {
                let name = String(cString: json_object_iter_peek_name(&iterator))
                let value = try convert(json_object_iter_peek_value(&iterator), &memberCount)
                // Counted here and not by json-c, because "é" in its two spellings is one name to Swift.
                if members.updateValue(value, forKey: name) == nil { memberCount += 1 }
                json_object_iter_next(&iterator)
            }
            return .object(members)
        }
    }

    /// Finds the name that occurs twice, reading the text once more. Only the failing path pays for it.
    private static func duplicateName(in bytes: UnsafeRawBufferPointer, limits: JSONLimits) -> JSONError {
        var names: [Set<String>] = []
        var scanner = JSONScanner(bytes, limits: limits)
        do throws(JSONError) {
            _ = try scanner.scan { (event) throws(JSONError) in
                switch event {
                case .objectStart: names.append([])
                case .objectEnd: names.removeLast()
                case .name(let range):
                    let name = try decodeName(bytes, range)
                    guard names[names.count - 1].insert(name).inserted else {
                        throw .at(range.lowerBound - 1, .duplicateName, "duplicate name \(JSONValue.string(name).serialized())")
                    }
                }
            }
            return JSONError(.duplicateName, "duplicate name")
        } catch {
            return error
        }
    }

    private static func decodeName(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(JSONError) -> String {
        let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        let quoted = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound - 1..<range.upperBound + 1])
        return try parse(quoted, limits: JSONLimits(maxSizeBytes: .max)).stringValue ?? ""
    }
}

extension JSONValue {
    /// The value that `text` spells, strictly as RFC 8259 has it.
    ///
    /// Stricter than the standard asks in three places, so that no two readers can understand the text differently: an object
    /// with two members of one name is refused, so is an escaped surrogate without its partner, and so is a name with a NUL.
    /// Numbers without fraction and exponent must fit 64 bits, others a finite double.
    /// - Throws: ``JSONError`` with the offset of the first fault.
    public init(parsing text: String, limits: JSONLimits = .document) throws(JSONError) {
        var text = text
        let result = text.withUTF8 { bytes -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try JSONParser.parse(UnsafeRawBufferPointer(bytes), limits: limits))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// The value that UTF-8 `bytes` spell; the rules are those of ``init(parsing:limits:)-(String,_)``.
    ///
    /// The bytes need no terminator, and are not kept.
    public init(parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = .document) throws(JSONError) {
        self = try JSONParser.parse(bytes, limits: limits)
    }
}
