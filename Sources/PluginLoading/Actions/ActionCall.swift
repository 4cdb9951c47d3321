import CFFI
package import PluginABI

/// A plugin's function, made callable from its declaration alone by libffi.
///
/// The call frame's description (`ffi_cif`) is prepared once and used for every call. The function's real type
/// is `berth_status (*)(berth_instance *, const berth_job *, const berth_request *, P1, P2, …)`.
package final class ActionCall: @unchecked Sendable {
    // Safe to share: nothing is written after init.
    private let function: @convention(c) () -> Void
    private let types: [ActionType]
    private let description: UnsafeMutablePointer<ffi_cif>
    private let typeTable: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>

    /// - Throws: ``PluginError`` with code `load` if libffi cannot describe the call.
    package init(_ function: @escaping @convention(c) () -> Void, types: [ActionType]) throws(PluginError) {
        self.function = function
        self.types = types
        description = .allocate(capacity: 1)
        typeTable = .allocate(capacity: types.count + 3)
        for index in 0..<3 { typeTable[index] = cffi_pointer() }
        for (index, type) in types.enumerated() {
            typeTable[index + 3] =
                switch type {
                case .i64: cffi_sint64()
                case .u64, .bool: cffi_uint64()
                case .f64: cffi_double()
                case .str, .bytes, .json: cffi_pointer()
                }
        }
        let status = ffi_prep_cif(description, FFI_DEFAULT_ABI, UInt32(types.count + 3), cffi_uint32(), typeTable)
        guard status == FFI_OK else {
            description.deallocate()
            typeTable.deallocate()
            throw PluginError(.load, "libffi cannot describe a call with \(types.count) arguments (status \(status.rawValue))")
        }
    }

    deinit {
        description.deallocate()
        typeTable.deallocate()
    }

    /// Calls the function on this thread. The arguments must be of the declared types, which ``ActionDeclaration`` has seen to.
    package func callAsFunction(
        _ instance: OpaquePointer, _ job: UnsafePointer<berth_job>, _ request: UnsafePointer<berth_request>, _ arguments: [ActionArgument]
    ) -> UInt32 {
        precondition(arguments.map(\.type) == types, "an action is called with arguments of its declared types")
        let arena = Arena()
        let count = arguments.count + 3
        // libffi wants the address of each value; every value here fits 8 bytes.
        let values = arena.allocate(UInt64.self, count: count)
        let addresses = arena.allocate(UnsafeMutableRawPointer?.self, count: count)
        values[0] = UInt64(UInt(bitPattern: instance))
        values[1] = UInt64(UInt(bitPattern: job))
        values[2] = UInt64(UInt(bitPattern: request))
        for (index, argument) in arguments.enumerated() {
            values[index + 3] =
                switch argument {
                case .i64(let number): UInt64(bitPattern: number)
                case .u64(let number): number
                case .f64(let number): number.bitPattern
                case .bool(let flag): flag ? 1 : 0
                case .str(let text), .json(let text): UInt64(UInt(bitPattern: arena.boxed(arena.text(text))))
                case .bytes(let bytes): UInt64(UInt(bitPattern: arena.boxed(arena.bytes(bytes))))
                }
        }
        for index in 0..<count { addresses[index] = UnsafeMutableRawPointer(values + index) }
        // libffi widens a small integer result to a whole ffi_arg; a uint32_t here would be overwritten past its end.
        var result: ffi_arg = 0
        withExtendedLifetime(arena) { ffi_call(description, function, &result, addresses) }
        return UInt32(truncatingIfNeeded: result)
    }
}

extension Arena {
    /// The address of a copy of a value.
    fileprivate func boxed<T>(_ value: T) -> UnsafeMutablePointer<T> {
        let box = allocate(T.self, count: 1)
        box.initialize(to: value)
        return box
    }
}
