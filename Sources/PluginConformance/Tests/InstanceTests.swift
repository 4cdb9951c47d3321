import JSON
import PluginLoading

extension ConformanceSuite {
    static let instanceTests: [ConformanceTest] = [
        ConformanceTest(
            "instance-lifecycle", "An instance can be made and ended again and again, and leaves nothing behind.", requirements: ["P-016"],
            after: ["descriptor-matches-manifest", "descriptor-schema"], timeLimitSeconds: 20
        ) { session in
            for _ in 0..<3 { try session.backend().close() }
            let before = Usage.settled(notAbove: nil)
            let rounds = 200
            for _ in 0..<rounds { try session.backend().close() }
            let after = Usage.settled(notAbove: before)
            try expect(
                after.descriptors <= before.descriptors,
                "\(rounds) rounds of create and destroy_instance left \(after.descriptors - before.descriptors) descriptors open")
            try expect(
                after.threads <= before.threads,
                "\(rounds) rounds of create and destroy_instance left \(after.threads - before.threads) threads running")
            return nil
        },
        ConformanceTest(
            "instance-configuration", "A bad configuration is refused with a diagnostic.", requirements: ["P-017"],
            after: ["instance-lifecycle"]
        ) { session in
            let plugin = try session.library().plugin
            let texts = ["[]", "\"x\"", "null", "{", "", "not JSON"] + (try unfit(session)).map { $0.serialized() }
            for text in texts {
                session.progress("create")
                let made = try RawCreation.call(
                    plugin, configuration: text, directory: session.temporary + "/data/refused", patience: session.patience)
                try made.destroy(plugin, patience: session.patience)
                let given = "create, given the configuration \(text.isEmpty ? "of no bytes" : String(text.prefix(200))),"
                try expect(
                    made.status == PluginStatus.invalidArgument.rawValue, "\(given) answered \(made.answer), invalid argument was expected")
                try expect(made.instance == 0, "\(given) refused it and set *out all the same")
                try expect(made.isExplained, "\(given) answered \(made.answer) without a diagnostic of severity ERROR")
            }
            return "\(texts.count) configurations"
        },
        ConformanceTest(
            "instance-independent", "Two instances do not know of each other.", requirements: ["P-018"], after: ["instance-lifecycle"]
        ) { session in
            try checkPointers(session)
            let first = try session.backend()
            guard first.sample.isPrivate, first.offers(.apply), first.offers(.inventory), first.sample.source != nil else {
                return "by their pointers only"
            }
            let second = try session.backend()
            try first.run(.apply)
            let there = try first.inventory() ?? []
            let elsewhere = try second.inventory() ?? []
            try expect(
                elsewhere.isEmpty,
                "what apply made through one instance, \(list(elsewhere)), is listed by another with another configuration")
            try second.close()
            let still = try first.inventory() ?? []
            try expect(still == there, "one instance listed \(list(there)), and \(list(still)) after another had been ended")
            if first.offers(.destroy) { try first.run(.destroy) }
            return nil
        },
    ]

    /// Two instances at a time are two pointers, also when a third has ended.
    private static func checkPointers(_ session: ConformanceSession) throws {
        let plugin = try session.library().plugin
        func create(_ name: String) throws -> RawCreation {
            let directory = session.temporary + "/data/" + name
            let made = try session.rawCreate(plugin, session.sample().resolved(temporary: directory).configuration, directory)
            try expect(made.status == 0, "create of a second instance answered \(made.answer), ok was expected")
            return made
        }
        let first = try create("one")
        let second = try create("two")
        try expect(first.instance != second.instance, "create gave the same pointer for two instances")
        try first.destroy(plugin, patience: session.patience)
        let third = try create("three")
        try expect(third.instance != second.instance, "create gave the pointer of an instance that had not been ended")
        try second.destroy(plugin, patience: session.patience)
        try third.destroy(plugin, patience: session.patience)
    }

    /// The sample without what the schema requires, and with members of other types, as far as the schema refuses that.
    private static func unfit(_ session: ConformanceSession) throws -> [JSONValue] {
        let schema = try JSONSchema(JSONValue(parsing: session.library().descriptor.configurationSchema))
        let sample = session.sample().resolved(temporary: session.temporary + "/data/refused").configuration
        var changed: [JSONValue] = []
        for name in (sample.objectValue ?? [:]).keys.sorted() {
            // Without it, or with another type. A null is left out: many read it as absent.
            let replacements: [JSONValue?] = [Optional.none, .integer(7), .string("x"), .array([])]
            for replacement in replacements {
                var copy = sample
                copy[name] = replacement
                changed.append(copy)
            }
        }
        return changed.filter { !schema.validate($0).isEmpty }
    }
}
