package import HCL

extension Value {
    /// Where marks are, the outer before the inner, members by name.
    package func paths(markedWith wanted: Marks) -> [[PathStep]] {
        var found: [[PathStep]] = []
        collectPaths(wanted, at: [], &found)
        return found
    }

    private func collectPaths(_ wanted: Marks, at path: [PathStep], _ found: inout [[PathStep]]) {
        if !marks.isDisjoint(with: wanted) { found.append(path) }
        switch content {
        case .elements(let elements):
            // Elements of a set have no marks of their own.
            if type.isSet { return }
            for (index, element) in elements.enumerated() { element.collectPaths(wanted, at: path + [.index(.integer(index))], &found) }
        case .members:
            for (name, member) in sortedMembers {
                member.collectPaths(wanted, at: path + [type.isMap ? .index(.string(name)) : .attribute(name)], &found)
            }
        default: break
        }
    }

    /// The value with marks added at a path; where the path ends early, as in a set or a null, the last value on it gets them.
    package func marked(with marks: Marks, at path: ArraySlice<PathStep>) -> Value {
        guard let step = path.first else { return marked(with: marks) }
        var value = self
        switch (content, step) {
        case (.members(var members), .attribute(let name)):
            guard let member = members[name] else { return self }
            members[name] = member.marked(with: marks, at: path.dropFirst())
            value.content = .members(members)
        case (.members(var members), .index(let key)):
            guard let name = key.stringValue, let member = members[name] else { return self }
            members[name] = member.marked(with: marks, at: path.dropFirst())
            value.content = .members(members)
        case (.elements, _) where type.isSet: return marked(with: marks)
        case (.elements(var elements), .index(let key)):
            guard let index = key.numberValue?.int, elements.indices.contains(index) else { return self }
            elements[index] = elements[index].marked(with: marks, at: path.dropFirst())
            value.content = .elements(elements)
        case (.unknown, _): return marked(with: marks)
        default: return self
        }
        return value
    }
}
