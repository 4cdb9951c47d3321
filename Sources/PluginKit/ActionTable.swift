import CFFI
import JSON
import PluginABI

/// Makes C functions out of declared actions: libffi builds each one from its declaration, so that the host, which does
/// the same from its side, finds exactly the function that was declared.
enum ActionTable {
    static func make<P: Plugin>(_ actions: [Action<P>]) -> berth_actions {
        let items = UnsafeMutablePointer<berth_action>.allocate(capacity: actions.count)
        for (index, action) in actions.enumerated() { (items + index).initialize(to: declaration(of: action)) }
        var table = berth_actions()
        table.size = UInt32(MemoryLayout<berth_actions>.size)
        table.actions = berth_array(items: items, count: UInt32(actions.count), stride: UInt32(MemoryLayout<berth_action>.stride))
        return table
    }

    private static func declaration<P: Plugin>(of action: Action<P>) -> berth_action {
        precondition(action.parameters.count <= Int(BERTH_PARAMS_MAX), "action \(action.id) has more than \(BERTH_PARAMS_MAX) parameters")
        let parameters = UnsafeMutablePointer<berth_param>.allocate(capacity: max(1, action.parameters.count))
        for (index, parameter) in action.parameters.enumerated() {
            var raw = berth_param()
            raw.size = UInt32(MemoryLayout<berth_param>.size)
            raw.type = parameter.type.wire
            raw.name = .permanent(parameter.name)
            raw.doc = .permanent(parameter.summary)
            if let constraint = parameter.constraint { raw.constraint_json = .permanent(constraint.serialized()) }
            if let value = parameter.defaultValue { raw.default_json = .permanent(value.serialized()) }
            (parameters + index).initialize(to: raw)
        }
        var raw = berth_action()
        raw.size = UInt32(MemoryLayout<berth_action>.size)
        raw.flags =
            (action.mutates ? UInt32(BERTH_ACTION_MUTATES) : 0) | (action.isIdempotent ? UInt32(BERTH_ACTION_IDEMPOTENT) : 0)
            | (action.isDangerous ? UInt32(BERTH_ACTION_DANGEROUS) : 0)
        raw.id = .permanent(action.id)
        raw.title = .permanent(action.title)
        raw.doc = .permanent(action.summary)
        if let type = action.appliesTo { raw.applies_to = .permanent(type) }
        raw.params = berth_array(
            items: parameters, count: UInt32(action.parameters.count), stride: UInt32(MemoryLayout<berth_param>.stride))
        raw.signature = .permanent(action.signature)
        raw.entry = ActionFunction.make(parameters: action.parameters) { plugin, arguments, request, job in
            guard let plugin = plugin as? P else { preconditionFailure("a library exports one plugin type") }
            try await action.body(plugin, arguments, request, job)
        }
        return raw
    }
}

/// One action behind a C function pointer.
private final class ActionFunction: Sendable {
    typealias Body = @Sendable (any Plugin, Arguments, Request, Job) async throws -> Void

    private let parameters: [Parameter]
    private let body: Body

    private init(_ parameters: [Parameter], _ body: @escaping Body) {
        self.parameters = parameters
        self.body = body
    }

    /// A C function that runs `body`; it stays for ever.
    static func make(parameters: [Parameter], body: @escaping Body) -> @convention(c) () -> Void {
        let description = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
        let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: parameters.count + 3)
        for index in 0..<3 { types[index] = cffi_pointer() }
        for (index, parameter) in parameters.enumerated() { types[index + 3] = parameter.type.ffi }
        var code: UnsafeMutableRawPointer?
        guard ffi_prep_cif(description, FFI_DEFAULT_ABI, UInt32(parameters.count + 3), cffi_uint32(), types) == FFI_OK,
            let closure = ffi_closure_alloc(MemoryLayout<ffi_closure>.size, &code)?.assumingMemoryBound(to: ffi_closure.self), let code
        else { preconditionFailure("libffi cannot make a function with \(parameters.count) parameters") }
        // Never released: the table that leads to the function is {process}.
        let function = Unmanaged.passRetained(ActionFunction(parameters, body))
        let status = ffi_prep_closure_loc(
            closure, description,
            { _, result, arguments, context in
                let function = Unmanaged<ActionFunction>.fromOpaque(context!).takeUnretainedValue()
                // libffi reads a small integer result from a whole ffi_arg.
                result!.storeBytes(of: ffi_arg(function.call(arguments!)), as: ffi_arg.self)
            }, function.toOpaque(), code)
        precondition(status == FFI_OK, "libffi cannot make a closure (status \(status.rawValue))")
        return unsafeBitCast(code, to: (@convention(c) () -> Void).self)
    }

    private func call(_ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> UInt32 {
        let instance = arguments[0]!.load(as: OpaquePointer?.self)
        let job = arguments[1]!.load(as: UnsafePointer<berth_job>?.self)
        let request = arguments[2]!.load(as: UnsafePointer<berth_request>?.self)
        var values: [String: Arguments.Value] = [:]
        for (index, parameter) in parameters.enumerated() {
            let address = arguments[index + 3]!
            values[parameter.name] =
                switch parameter.type {
                case .i64: .i64(address.load(as: Int64.self))
                case .u64: .u64(address.load(as: UInt64.self))
                case .f64: .f64(address.load(as: Double.self))
                case .bool: .bool(address.load(as: UInt64.self) != 0)
                case .str, .json: .text(address.load(as: UnsafePointer<berth_str>?.self)?.pointee.string ?? "")
                case .bytes: .bytes(address.load(as: UnsafePointer<berth_bytes>?.self)?.pointee.array ?? [])
                }
        }
        let passed = Arguments(values: values)
        let body = body
        return Instance.run(instance, job, request) { plugin, request, job in try await body(plugin, passed, request, job) }
    }
}

extension Parameter.Kind {
    fileprivate var wire: UInt32 {
        switch self {
        case .i64: UInt32(BERTH_T_I64)
        case .u64: UInt32(BERTH_T_U64)
        case .f64: UInt32(BERTH_T_F64)
        case .bool: UInt32(BERTH_T_BOOL)
        case .str: UInt32(BERTH_T_STR)
        case .bytes: UInt32(BERTH_T_BYTES)
        case .json: UInt32(BERTH_T_JSON)
        }
    }

    fileprivate var ffi: UnsafeMutablePointer<ffi_type>? {
        switch self {
        case .i64: cffi_sint64()
        case .u64, .bool: cffi_uint64()
        case .f64: cffi_double()
        case .str, .bytes, .json: cffi_pointer()
        }
    }
}
