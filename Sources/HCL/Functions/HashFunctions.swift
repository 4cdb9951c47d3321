/// Functions that hash, encrypt, or make things unique.
enum HashFunctions {
    static let all: [Function] =
        [
            text("base64sha256", .sha256, .base64), text("base64sha512", .sha512, .base64), text("md5", .md5, .hexadecimal),
            text("sha1", .sha1, .hexadecimal), text("sha256", .sha256, .hexadecimal), text("sha512", .sha512, .hexadecimal),
            file("filebase64sha256", .sha256, .base64), file("filebase64sha512", .sha512, .base64),
            file("filemd5", .md5, .hexadecimal), file("filesha1", .sha1, .hexadecimal), file("filesha256", .sha256, .hexadecimal),
            file("filesha512", .sha512, .hexadecimal),
        ] + [bcrypt, rsadecrypt, uuid, uuidv5]

    private static func text(_ name: String, _ digest: Digest, _ form: BytesText) -> Function {
        Function(name, [.string("str")], returns: .string) { (arguments, _, _) throws(FunctionError) in
            .string(form.text(digest.hash(Array(arguments[0].string.utf8))))
        }
    }

    private static func file(_ name: String, _ digest: Digest, _ form: BytesText) -> Function {
        Function(name, [.string("path")], returns: .string) { (arguments, _, environment) throws(FunctionError) in
            let path = try FilePath.expandingHome(arguments[0].string)
            do throws(FileAccess.Failure) {
                return .string(form.text(digest.hash(try FileAccess(environment).read(path))))
            } catch {
                throw FunctionError(error.message(FilePath.cleaned(path)))
            }
        }
    }

    private static let bcrypt = Function(
        "bcrypt", [.string("str")], variadic: .number("cost"), returns: .string
    ) { (arguments, type, environment) throws(FunctionError) in
        let cost = arguments.count > 1 ? try arguments[1].integer() : Bcrypt.costDefault
        if arguments.count > 2 { throw FunctionError("bcrypt() takes no more than two arguments") }
        // Each call has another result, so there is none before the plan is applied.
        if environment.timestamp == nil { return .unknown(type) }
        return .string(try Bcrypt.hash(arguments[0].string, cost: cost))
    }

    private static let uuid = Function("uuid", [], returns: .string) { (_, type, environment) throws(FunctionError) in
        environment.timestamp == nil ? .unknown(type) : .string(try UUIDText.random())
    }

    private static let uuidv5 = Function("uuidv5", [.string("namespace"), .string("name")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        .string(try UUIDText.named(arguments[1].string, namespace: arguments[0].string))
    }

    private static let rsadecrypt = Function("rsadecrypt", [.string("ciphertext"), .string("privatekey")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        guard let bytes = try? Base64.decode(arguments[0].string) else {
            // Where the text is at fault is not said.
            let shown = arguments[0].string.goQuoted
            throw FunctionError(argument: 0, "failed to decode input \(shown): cipher text must be base64-encoded")
        }
        return .string(try PrivateKey.decrypt(bytes, key: arguments[1].string).text)
    }
}
