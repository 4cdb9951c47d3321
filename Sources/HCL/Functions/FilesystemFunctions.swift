internal import Glibc

/// Functions that look at files, and those of paths.
enum FilesystemFunctions {
    static let all: [Function] = [
        abspath, path("basename") { FilePath.base($0) }, path("dirname") { FilePath.directory($0) }, file("file", isBase64: false),
        file("filebase64", isBase64: true), fileexists, fileset, pathexpand,
    ]

    /// What functions are refused to templates that come from elsewhere.
    static let names: Set<String> = [
        "file", "fileexists", "fileset", "filebase64", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256",
        "filesha512", "templatefile",
    ]

    private static func path(_ name: String, _ change: @escaping @Sendable (String) -> String) -> Function {
        Function(name, [.string("path")], returns: .string) { (arguments, _, _) throws(FunctionError) in
            .string(change(arguments[0].string))
        }
    }

    private static let abspath = Function("abspath", [.string("path")], returns: .string) {
        (arguments, _, environment) throws(FunctionError) in
        let path = arguments[0].string
        if FilePath.isAbsolute(path) { return .string(FilePath.cleaned(path)) }
        // The base itself may be relative, to the directory of the process.
        let base = FileAccess.resolved(environment.baseDirectory) ?? environment.baseDirectory
        return .string(FilePath.joined(base, path))
    }

    private static let pathexpand = Function("pathexpand", [.string("path")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        .string(try FilePath.expandingHome(arguments[0].string))
    }

    /// Takes paths with their marks, and unknown ones.
    private static func pathParameter(_ name: String) -> Function.Parameter {
        Function.Parameter(name, .string, allowsUnknown: true, allowsMarked: true)
    }

    private static func file(_ name: String, isBase64: Bool) -> Function {
        Function(name, [pathParameter("path")], returns: .string) { (arguments, type, environment) throws(FunctionError) in
            let marks = arguments[0].marks
            guard let path = arguments[0].stringValue else { return Value.unknown(type).marked(with: marks) }
            let bytes = try read(path, marks, environment)
            if isBase64 { return Value.string(Base64.encode(bytes)).marked(with: marks) }
            return Value.string(try text(bytes, path, marks)).marked(with: marks)
        }
    }

    /// The bytes of a file, or an error about the first argument.
    static func read(_ path: String, _ marks: Marks, _ environment: FunctionEnvironment) throws(FunctionError) -> [UInt8] {
        let expanded = try FilePath.expandingHome(path)
        do throws(FileAccess.Failure) {
            return try FileAccess(environment).read(expanded)
        } catch {
            if error.isMissing {
                throw FunctionError(
                    argument: 0,
                    """
                    no file exists at \(Redaction.quoted(path, marks)); this function works only with files that are distributed as part \
                    of the configuration source code, so if this file will be created by a resource in this configuration you must \
                    instead obtain this result from an attribute of that resource
                    """)
            }
            let shown = marks.contains(.sensitive) ? "(sensitive value)" : FilePath.cleaned(expanded)
            let message = error.message(shown)
            if case .system(EISDIR) = error { throw FunctionError(argument: 0, "failed to read file: \(message)") }
            throw FunctionError(argument: 0, message)
        }
    }

    /// The text of a file's bytes.
    static func text(_ bytes: [UInt8], _ path: String, _ marks: Marks) throws(FunctionError) -> String {
        guard let text = bytes.validText else {
            throw FunctionError(
                """
                contents of \(Redaction.quoted(path, marks)) are not valid UTF-8; use the filebase64 function to obtain the Base64 \
                encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead
                """)
        }
        return text
    }

    private static let fileexists = Function("fileexists", [pathParameter("path")], returns: .bool) {
        (arguments, type, environment) throws(FunctionError) in
        let marks = arguments[0].marks
        guard let path = arguments[0].stringValue else { return Value.unknown(type).marked(with: marks) }
        let expanded = try FilePath.expandingHome(path)
        let shown = Redaction.quoted(FilePath.cleaned(expanded), marks)
        let refusal: FunctionError
        do throws(FileAccess.Failure) {
            let mode = try FileAccess(environment).mode(expanded)
            if mode & S_IFMT == S_IFREG { return Value.true.marked(with: marks) }
            let wanted = mode & S_IFMT == S_IFDIR ? "not a file" : "not a regular file"
            refusal = FunctionError("\(shown) is \(FileAccess.Failure.kind(mode)), \(wanted)")
        } catch {
            if error.isMissing { return Value.false.marked(with: marks) }
            if case .outside = error { throw FunctionError(error.message(shown)) }
            throw FunctionError("failed to stat \(shown)")
        }
        throw refusal
    }

    private static let fileset = Function(
        "fileset", [pathParameter("path"), pathParameter("pattern")], returns: .set(.string)
    ) { (arguments, type, environment) throws(FunctionError) in
        let marks = arguments[0].marks.union(arguments[1].marks)
        guard let path = arguments[0].stringValue, let pattern = arguments[1].stringValue else {
            return Value.unknown(type).marked(with: marks)
        }
        let access = FileAccess(environment)
        let directory = FilePath.joined(FilePath.isAbsolute(path) ? "/" : ".", path)
        let whole = FilePath.joined(directory, pattern)
        var glob = FileGlob(access)
        do throws(FileGlob.Fault) {
            try glob.find(whole)
        } catch {
            let shown = Redaction.quoted(whole, marks)
            switch error {
            case .badPattern: throw FunctionError("failed to glob pattern \(shown): syntax error in pattern")
            case .tooMany: throw FunctionError("failed to glob pattern \(shown): there are too many files")
            case .access(let failure, let path): throw FunctionError("failed to glob pattern \(shown): \(failure.message(path))")
            }
        }
        var files: [Value] = []
        for match in glob.matches {
            do throws(FileAccess.Failure) {
                guard try access.mode(match) & S_IFMT == S_IFREG else { continue }
            } catch {
                let shown = Redaction.quoted(match, marks)
                throw FunctionError("failed to stat \(shown): \(error.message(match, action: "stat"))")
            }
            files.append(.string(FilePath.relative(match, to: directory)))
        }
        return Value.set(files, of: .string).marked(with: marks)
    }
}
