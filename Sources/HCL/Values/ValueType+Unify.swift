extension ValueType {
    /// The most general type that values of all the types can be converted to; nil if there is none.
    ///
    /// - Parameter allowsUnsafe: whether conversions count that may fail for some values, as from string to number.
    package static func unify(_ types: [ValueType], allowsUnsafe: Bool = true) -> ValueType? {
        var seen: Set<ValueType> = []
        let types = types.filter { seen.insert($0).inserted }
        guard let first = types.first else { return nil }
        if types.count == 1 { return first }
        let kinds = types.filter { $0 != .dynamic }
        let hasDynamic = kinds.count != types.count
        func all(_ test: (ValueType) -> Bool) -> Bool { !kinds.isEmpty && kinds.allSatisfy(test) }

        if all(\.isMap) || all(\.isList) || all(\.isSet) {
            // What a dynamic will turn out to be decides the rest.
            return hasDynamic ? .dynamic : unifyCollections(types, allowsUnsafe)
        }
        if all(\.isObject) { return hasDynamic ? .dynamic : unifyObjects(types, allowsUnsafe) }
        if all(\.isTuple) { return hasDynamic ? .dynamic : unifyTuples(types, allowsUnsafe) }
        if all({ $0.isMap || $0.isObject }) {
            if let type = unifyStandIns(types, \.isObject, allowsUnsafe, unifyObjectsToMap), type.isMap { return type }
        } else if all({ $0.isList || $0.isTuple }) {
            if let type = unifyStandIns(types, \.isTuple, allowsUnsafe, unifyTuplesToList), type.isList { return type }
        } else if types.contains(where: \.isObject), types.contains(where: \.isTuple) {
            return nil
        }
        return preferred(types, allowsUnsafe)
    }

    /// The first of the types, most general first, that all others can be converted to.
    private static func preferred(_ types: [ValueType], _ allowsUnsafe: Bool) -> ValueType? {
        generality(types).lazy.map { types[$0] }.first { candidate in
            types.allSatisfy { $0 == candidate || $0.conversionExists(to: candidate, allowsUnsafe: allowsUnsafe) }
        }
    }

    /// Replaces the structural types among the given ones by the collection that they unify to, and unifies again.
    private static func unifyStandIns(
        _ types: [ValueType], _ isStructure: (ValueType) -> Bool, _ allowsUnsafe: Bool, _ unifyStructures: ([ValueType], Bool) -> ValueType?
    ) -> ValueType? {
        guard let collection = unifyStructures(types.filter(isStructure), allowsUnsafe) else { return nil }
        return unify(types.map { isStructure($0) ? collection : $0 }, allowsUnsafe: allowsUnsafe)
    }

    private static func unifyCollections(_ types: [ValueType], _ allowsUnsafe: Bool) -> ValueType? {
        guard let element = unify(types.compactMap(\.elementType), allowsUnsafe: allowsUnsafe) else { return nil }
        let result: ValueType = types[0].isList ? .list(element) : types[0].isSet ? .set(element) : .map(element)
        return convertible(types, to: result, allowsUnsafe)
    }

    private static func unifyObjects(_ types: [ValueType], _ allowsUnsafe: Bool) -> ValueType? {
        let all = types.compactMap(\.attributeTypes)
        guard all.allSatisfy({ $0.count == all[0].count && $0.keys.allSatisfy { name in all[0][name] != nil } }) else {
            return unifyObjectsToMap(types, allowsUnsafe)
        }
        var attributes: [String: ValueType] = [:]
        for name in all[0].keys {
            guard let type = unify(all.compactMap { $0[name] }, allowsUnsafe: allowsUnsafe) else { return nil }
            attributes[name] = type
        }
        return convertible(types, to: .object(attributes), allowsUnsafe) ?? unifyObjectsToMap(types, allowsUnsafe)
    }

    private static func unifyObjectsToMap(_ types: [ValueType], _ allowsUnsafe: Bool) -> ValueType? {
        let all = types.flatMap { ($0.attributeTypes ?? [:]).sortedByName.map(\.1) }
        guard let element = unify(all, allowsUnsafe: allowsUnsafe) else { return nil }
        return convertible(types, to: .map(element), allowsUnsafe)
    }

    private static func unifyTuples(_ types: [ValueType], _ allowsUnsafe: Bool) -> ValueType? {
        let all = types.compactMap(\.elementTypes)
        guard all.allSatisfy({ $0.count == all[0].count }) else { return unifyTuplesToList(types, allowsUnsafe) }
        var elements: [ValueType] = []
        for index in all[0].indices {
            guard let type = unify(all.map { $0[index] }, allowsUnsafe: allowsUnsafe) else { return nil }
            elements.append(type)
        }
        return convertible(types, to: .tuple(elements), allowsUnsafe) ?? unifyTuplesToList(types, allowsUnsafe)
    }

    private static func unifyTuplesToList(_ types: [ValueType], _ allowsUnsafe: Bool) -> ValueType? {
        guard let element = unify(types.flatMap { $0.elementTypes ?? [] }, allowsUnsafe: allowsUnsafe) else { return nil }
        return convertible(types, to: .list(element), allowsUnsafe)
    }

    private static func convertible(_ types: [ValueType], to result: ValueType, _ allowsUnsafe: Bool) -> ValueType? {
        types.allSatisfy { $0 == result || $0.conversionExists(to: result, allowsUnsafe: allowsUnsafe) } ? result : nil
    }
}
