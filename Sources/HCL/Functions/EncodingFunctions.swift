/// Functions that write values as texts of some form, or read them.
enum EncodingFunctions {
    static let all: [Function] = [
        base64decode, base64encode, base64gzip, csvdecode, jsondecode, jsonencode, textdecodebase64, textencodebase64, urlencode,
        yamldecode, yamlencode,
    ]

    private static let base64encode = Function("base64encode", [.string("str")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        .string(Base64.encode(Array(arguments[0].string.utf8)))
    }

    private static let base64decode = Function(
        "base64decode", [Function.Parameter("str", .string, allowsUnknown: true, allowsMarked: true)], returns: .string
    ) { (arguments, type, _) throws(FunctionError) in
        let marks = arguments[0].marks
        guard let source = arguments[0].stringValue else { return Value.unknown(type).marked(with: marks) }
        guard let bytes = try? Base64.decode(source) else {
            // Where the text is at fault is not said.
            throw FunctionError("failed to decode base64 data \(Redaction.quoted(source, marks))")
        }
        guard let text = bytes.validText else { throw FunctionError("the result of decoding the provided string is not valid UTF-8") }
        return Value.string(text).marked(with: marks)
    }

    private static let base64gzip = Function("base64gzip", [.string("str")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        .string(Base64.encode(try Gzip.compress(Array(arguments[0].string.utf8))))
    }

    private static let textencodebase64 = Function("textencodebase64", [.string("string"), .string("encoding")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let encoding = try encoding(arguments[1])
        guard let bytes = encoding.encode(arguments[0].string) else {
            throw FunctionError(argument: 0, "the given string contains characters that cannot be represented in \(encoding.name)")
        }
        return .string(Base64.encode(bytes))
    }

    private static let textdecodebase64 = Function("textdecodebase64", [.string("source"), .string("encoding")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let encoding = try encoding(arguments[1])
        let bytes: [UInt8]
        do throws(Base64.Corruption) {
            bytes = try Base64.decode(arguments[0].string)
        } catch {
            throw FunctionError(argument: 0, "the given value is has an invalid base64 symbol at offset \(error.offset)")
        }
        guard let text = encoding.decode(bytes), !text.unicodeScalars.contains("\u{fffd}") else {
            throw FunctionError(argument: 0, "the given string contains symbols that are not defined for \(encoding.name)")
        }
        return .string(text)
    }

    private static func encoding(_ name: Value) throws(FunctionError) -> TextEncoding {
        guard let encoding = TextEncoding(name.string) else {
            let shown = name.string.goQuoted
            throw FunctionError(
                argument: 1, "\(shown) is not a supported IANA encoding name or alias in this Terraform version")
        }
        return encoding
    }

    private static let urlencode = Function("urlencode", [.string("str")], returns: .string) { (arguments, _, _) throws(FunctionError) in
        var result = ""
        for byte in arguments[0].string.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x20: result += "+"
            default: result += "%" + Unicode.Scalar(byte).hexadecimal(2).uppercased()
            }
        }
        return .string(result)
    }

    private static let csvdecode = Function(
        "csvdecode", [.string("str")],
        returnType: { (arguments, _) throws(FunctionError) in
            guard let text = arguments[0].stringValue else { return .dynamic }
            var reader = CSVReader(text)
            guard let header = try csv({ () throws(CSVReader.Fault) in try reader.next() }) else {
                throw FunctionError("missing header line")
            }
            var attributes: [String: ValueType] = [:]
            for name in header.fields where attributes.updateValue(.string, forKey: name.normalized) != nil {
                throw FunctionError("duplicate column name \(name.goQuoted)")
            }
            return .list(.object(attributes, optional: []))
        },
        body: { (arguments, type, _) throws(FunctionError) in
            var reader = CSVReader(arguments[0].string)
            let names = try csv({ () throws(CSVReader.Fault) in try reader.next() })?.fields ?? []
            var rows: [Value] = []
            while let row = try csv({ () throws(CSVReader.Fault) in try reader.next() }) {
                guard row.fields.count == names.count else {
                    throw FunctionError("CSV parse error on line \(row.line): wrong number of fields")
                }
                let values = row.fields.map { Value.string($0) }
                rows.append(.object(Dictionary(zip(names, values)) { _, last in last }))
            }
            return .list(rows, of: type.elementType ?? .dynamic)
        })

    private static func csv<Result>(_ read: () throws(CSVReader.Fault) -> Result) throws(FunctionError) -> Result {
        do throws(CSVReader.Fault) {
            return try read()
        } catch {
            throw FunctionError("CSV parse error on line \(error.line): \(error.message)")
        }
    }

    private static let jsonencode = Function("jsonencode", [.anything("val", allowsMarked: false)], returns: .string) {
        (arguments, type, _) throws(FunctionError) in
        let value = arguments[0]
        guard value.isWhollyKnown else {
            guard value.isDefinitelyNotNull else { return .unknown(type) }
            let prefix: String? =
                switch value.type {
                case .string: "\""
                case .object, .map: "{"
                case .tuple, .list, .set: "["
                default: nil
                }
            return .unknown(type, Refinement(isNotNull: true, prefix: prefix))
        }
        do throws(JSONEncodingError) {
            return .string(try value.jsonEncoded())
        } catch {
            throw FunctionError(error.description)
        }
    }

    private static let jsondecode = Function(
        "jsondecode", [.string("str")], isNeverNull: false,
        returnType: { (arguments, _) throws(FunctionError) in
            if let text = arguments[0].stringValue { return try json(text).type }
            let prefix = arguments[0].refinement?.prefix?.unicodeScalars.first { !$0.properties.isWhitespace }
            switch prefix {
            case "{", "[", "n", nil: return .dynamic
            case "\"": return .string
            case "t", "f": return .bool
            case let character? where "-.0123456789".unicodeScalars.contains(character): return .number
            case let character?:
                throw FunctionError(argument: 0, "a JSON document cannot begin with the character \(GoText.quoted(character))")
            }
        },
        body: { (arguments, _, _) throws(FunctionError) in try json(arguments[0].string) })

    private static func json(_ text: String) throws(FunctionError) -> Value {
        do throws(JSONDecodingError) {
            return try Value.jsonDecoded(text)
        } catch {
            throw FunctionError(error.description)
        }
    }

    private static let yamlencode = Function(
        "yamlencode", [Function.Parameter("value", .dynamic, allowsNull: true, allowsDynamic: true)], isNeverNull: false, returns: .string
    ) { (arguments, type, _) throws(FunctionError) in
        guard arguments[0].isWhollyKnown else { return .unknown(type) }
        return .string(YAMLWriter.text(of: arguments[0]))
    }

    private static let yamldecode = Function(
        "yamldecode", [.string("src")], isNeverNull: false,
        returnType: { (arguments, _) throws(FunctionError) in
            guard let text = arguments[0].stringValue else { return .dynamic }
            return try yaml(text).type
        },
        body: { (arguments, _, _) throws(FunctionError) in try yaml(arguments[0].string) })

    private static func yaml(_ text: String) throws(FunctionError) -> Value {
        do throws(YAMLReader.Fault) {
            return try YAMLReader.value(of: text)
        } catch {
            throw FunctionError(error.description)
        }
    }
}
