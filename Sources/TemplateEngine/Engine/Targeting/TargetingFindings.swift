import HCL
import TemplateConfiguration

extension Diagnostic {
    /// Told with every plan that has targets.
    static var targetingInEffect: Diagnostic {
        let detail = """
            You are creating a plan with the -target option, which means that the result of this plan may not represent all of the changes \
            requested by the current configuration.

            The -target option is not for routine use, and is provided only for exceptional situations such as recovering from errors or \
            mistakes, or when Terraform specifically suggests to use it as part of an error message.
            """
        return Diagnostic(.warning, "Resource targeting is in effect", detail)
    }

    /// Told when such a plan was applied.
    static var incompleteChanges: Diagnostic {
        let detail = """
            The plan was created with the -target option in effect, so some changes requested in the configuration may have been ignored \
            and the output values may not be fully updated. Run the following command to verify that no other changes are pending:
                terraform plan

            Note that the -target option is not suitable for routine use, and is provided only for exceptional situations such as \
            recovering from errors or mistakes, or when Terraform specifically suggests to use it as part of an error message.
            """
        return Diagnostic(.warning, "Applied changes may be incomplete", detail)
    }
}

extension Diagnostics {
    /// Objects that have moved, but not from a target to a target.
    ///
    /// - Parameter moves: where objects came from, by where they are now.
    static func excludedMoves(_ moves: [ResourceInstanceAddress: ResourceInstanceAddress], _ targets: [Target]) -> Diagnostics {
        let ends = moves.flatMap { [$0.key, $0.value] }.filter { end in !targets.contains { $0.contains(end) } }
        if ends.isEmpty { return [] }
        // Instances of one resource are beside each other.
        var options: [String] = []
        for address in ends.sorted().map(\.absoluteResource) {
            let option = "\n  -target=\(address.description.goQuoted)"
            if options.last != option { options.append(option) }
        }
        let detail = """
            Resource instances in your current state have moved to new addresses in the latest configuration. Terraform must include those \
            resource instances while planning in order to ensure a correct result, but your -target=... options do not fully cover all of \
            those resource instances.

            To create a valid plan, either remove your -target=... options altogether or add the following additional target options:\
            \(options.joined())

            Note that adding these options may include further additional resource instances in your plan, in order to respect object \
            dependencies.
            """
        return [.error("Moved resource instances excluded by targeting", detail)]
    }
}
