extension Value {
    /// The value as one of the type; where the type is dynamic, as it is.
    ///
    /// Null and unknown values stay so, and marks stay where they are. Attributes that an object type does not have are dropped,
    /// optional ones that the value does not have become null.
    package func converted(to type: ValueType) throws(ConversionError) -> Value {
        if self.type == type.withoutOptional { return self }
        guard self.type.conversionExists(to: type) else { throw ConversionError(message: self.type.mismatch(with: type)) }
        return try converting(to: type, at: [])
    }

    /// - Precondition: a conversion exists.
    private func converting(to target: ValueType, at path: [PathStep]) throws(ConversionError) -> Value {
        if type == target || target == .dynamic { return self }
        if !marks.isEmpty {
            let (bare, marks) = unmarked()
            return try bare.converting(to: target, at: path).marked(with: marks)
        }
        switch content {
        case .unknown(let refinement): return convertingUnknown(refinement, to: target.withoutOptional)
        case .null: return .null(target.withoutOptional.replacingDynamic(from: type))
        case .bool(let bool): return .string(bool ? "true" : "false")
        case .number(let number): return .string(number.text)
        case .string(let string): return try Value.converting(string, to: target, at: path)
        case .elements(let elements): return try converting(elements, to: target, at: path)
        case .members(let members): return try converting(members, to: target, at: path)
        }
    }

    private static func converting(_ string: String, to target: ValueType, at path: [PathStep]) throws(ConversionError) -> Value {
        if target == .number {
            guard let number = Number(parsing: string) else { throw ConversionError(path: path, message: "a number is required") }
            return .number(number)
        }
        switch string {
        case "true", "1": return .true
        case "false", "0": return .false
        default:
            let lowercased = string.lowercased()
            let isMisspelt = lowercased == "true" || lowercased == "false"
            let hint = isMisspelt ? "; to convert from string, use lowercase \"\(lowercased)\"" : ""
            throw ConversionError(path: path, message: "a bool is required" + hint)
        }
    }

    private func converting(_ elements: [Value], to target: ValueType, at path: [PathStep]) throws(ConversionError) -> Value {
        if case .tuple(let types) = target {
            var converted: [Value] = []
            for (index, (element, type)) in zip(elements, types).enumerated() {
                converted.append(try element.converting(to: type, at: path + [.index(.integer(index))]))
            }
            return .tuple(converted)
        }
        let isSet = target.isSet
        let isTuple = type.isTuple
        let wanted = target.elementType ?? .dynamic
        guard !elements.isEmpty else {
            let type = wanted == .dynamic ? type.elementType ?? .dynamic : wanted
            return isSet ? .set([], of: type) : .list([], of: type)
        }
        // How many elements a set has is not known before its elements are.
        if type.isSet, target.isList, elements.count > 1, !isWhollyKnown {
            return .unknown(.list(wanted.withoutOptional.replacingDynamic(from: type.elementType ?? .dynamic)))
        }
        let common = (isTuple ? ValueType.commonElement(elements.map(\.type), wanted, true) : wanted) ?? wanted
        var converted: [Value] = []
        for (index, element) in elements.enumerated() {
            let value = try element.converting(to: common, at: path + [.index(.integer(index))])
            converted.append(value)
        }
        if isTuple, !isSet { converted = try Value.unified(converted, at: path) }
        guard let type = Value.elementType(of: converted) else {
            throw ConversionError(path: path, message: "element types must all match for conversion to \(isSet ? "set" : "list")")
        }
        converted = converted.map { $0.typed(as: type) }
        return isSet ? .set(converted, of: type) : .list(converted, of: type)
    }

    private func converting(_ members: [String: Value], to target: ValueType, at path: [PathStep]) throws(ConversionError) -> Value {
        switch target {
        case .object(let types, let optional): return try converting(members, toObject: types, optional, at: path)
        case .map(let wanted):
            guard !members.isEmpty else { return .map([:], of: wanted == .dynamic ? type.elementType ?? .dynamic : wanted) }
            let isObject = type.isObject
            let common = (isObject ? ValueType.commonElement(sortedMembers.map(\.1.type), wanted, true) : wanted) ?? wanted
            var names: [String] = []
            var converted: [Value] = []
            for (name, member) in sortedMembers {
                names.append(name)
                converted.append(try member.converting(to: common, at: path + [.index(.string(name))]))
            }
            if common.isCollection || common.isObject { converted = try Value.unified(converted, at: path, names: names) }
            guard let type = Value.elementType(of: converted) else {
                let what = isObject ? "attribute" : "element"
                throw ConversionError(path: path, message: "\(what) types must all match for conversion to map")
            }
            return .map(Dictionary(uniqueKeysWithValues: zip(names, converted.map { $0.typed(as: type) })), of: type)
        default: return self
        }
    }

    private func converting(
        _ members: [String: Value], toObject types: [String: ValueType], _ optional: Set<String>, at path: [PathStep]
    ) throws(ConversionError) -> Value {
        let isMap = type.isMap
        var converted: [String: Value] = [:]
        for (name, type) in types.sortedByName {
            if let member = members[name] {
                guard member.type.conversionExists(to: type) else {
                    let reason = member.type.mismatch(with: type)
                    throw ConversionError(
                        path: path, message: "map element type is incompatible with attribute \(name.goQuoted): \(reason)")
                }
                let step: PathStep = isMap ? .index(.string(name)) : .attribute(name)
                converted[name] = try member.converting(to: type, at: path + [step])
            } else if optional.contains(name) {
                converted[name] = .null(type)
            } else {
                throw ConversionError(path: path, message: "map has no element for required attribute \(name.goQuoted)")
            }
        }
        return .object(converted)
    }

    /// Brings values that are to stand in one collection to the type that theirs have in common.
    private static func unified(_ values: [Value], at path: [PathStep], names: [String]? = nil) throws(ConversionError) -> [Value] {
        guard let type = ValueType.unify(values.map(\.type)) else {
            throw ConversionError(path: path, message: "cannot find a common base type for all elements")
        }
        var unified: [Value] = []
        for (index, value) in values.enumerated() {
            let key: Value = names.map { .string($0[index]) } ?? .integer(index)
            unified.append(try value.converting(to: type, at: path + [.index(key)]))
        }
        return unified
    }

    /// The type of all the values, of which dynamic ones have any; nil if they differ.
    private static func elementType(of values: [Value]) -> ValueType? {
        let types = values.map(\.type).filter { $0 != .dynamic }
        guard let first = types.first else { return .dynamic }
        return types.allSatisfy { $0 == first } ? first : nil
    }

    /// Gives a null or unknown value of unknown type the type.
    private func typed(as type: ValueType) -> Value {
        guard self.type == .dynamic, type != .dynamic else { return self }
        return Value(type: type, content: content, marks: marks)
    }

    /// What is known of an unknown value stays known of what it is converted to, as far as it can be said.
    private func convertingUnknown(_ refinement: Refinement, to target: ValueType) -> Value {
        var result = Refinement(isNotNull: refinement.isNotNull)
        switch (type, target) {
        case (.object(let attributes, _), .map): (result.lengthMin, result.lengthMax) = (attributes.count, attributes.count)
        case (.tuple(let elements), .list): (result.lengthMin, result.lengthMax) = (elements.count, elements.count)
        case (.tuple(let elements), .set): (result.lengthMin, result.lengthMax) = (min(1, elements.count), elements.count)
        default:
            guard type.isCollection, target.isCollection else { break }
            result.lengthMin = target.isSet ? refinement.lengthMin.map { min(1, $0) } : refinement.lengthMin
            result.lengthMax = refinement.lengthMax
        }
        return Value.unknown(target.replacingDynamic(from: type), result).settled
    }
}
