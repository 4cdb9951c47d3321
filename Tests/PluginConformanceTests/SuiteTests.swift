import JSON
@testable import PluginConformance
import Testing

struct SuiteTests {
    @Test("ids are unique, and a test comes after its prerequisites")
    func order() {
        var seen: Set<String> = []
        for test in ConformanceSuite.all {
            for prerequisite in test.prerequisites { #expect(seen.contains(prerequisite), "\(test.id) comes before \(prerequisite)") }
            #expect(seen.insert(test.id).inserted, "\(test.id) occurs twice")
            #expect(!test.requirements.isEmpty, "\(test.id) checks no requirement")
        }
    }

    @Test("what builds on a test that failed is skipped, also at second hand")
    func skipping() {
        let tests = [
            ConformanceTest("a", "A.") { _ in nil }, ConformanceTest("b", "B.", after: ["a"]) { _ in nil },
            ConformanceTest("c", "C.", after: ["b"]) { _ in nil }, ConformanceTest("d", "D.") { _ in nil },
        ]
        var schedule = Schedule(tests)
        let first = schedule.next()
        #expect(first?.id == "a")
        #expect(schedule.next()?.id == "d")
        #expect(schedule.next() == nil)
        schedule.finish(TestResult(tests[0], .failed("because")))
        #expect(schedule.next() == nil)
        #expect(schedule.takeSkipped().map(\.id) == ["b", "c"])
        schedule.finish(TestResult(tests[3], .passed))
        #expect(schedule.results.map(\.word) == ["failed", "skipped", "skipped", "passed"])
        #expect(schedule.results[2].message == "b did not pass")
    }

    @Test("a test that was skipped for want of a sample does not hold up others")
    func ownSkip() {
        let tests = [ConformanceTest("a", "A.") { _ in nil }, ConformanceTest("b", "B.", after: ["a"]) { _ in nil }]
        var schedule = Schedule(tests)
        let first = schedule.next()
        #expect(first?.id == "a")
        schedule.finish(TestResult(tests[0], .skipped("no sample")))
        #expect(schedule.next()?.id == "b")
    }

    @Test("a command line says what it was made from")
    func arguments() throws {
        var arguments = ChildArguments(test: "plan-pure", temporary: "/tmp/x y")
        arguments.subject = Subject(libraryPath: "/a/b.so", manifestPath: "/a/b.plugin.json")
        arguments.sample = .init(configuration: ["root": "${TEMP}"], inputs: ["a": [1, nil, "ü"]], source: "/t")
        arguments.seed = .max
        arguments.timeFactor = 2.5
        arguments.placesMax = 7
        arguments.phase = "{}"
        let line = arguments.line
        #expect(line.starts(with: ConformanceChild.command))
        let read = try #require(ChildArguments(Array(line.dropFirst(ConformanceChild.command.count))))
        #expect(read.line == line)
    }

    @Test(
        "arguments that make no sense are refused",
        arguments: [[], ["plan-pure"], ["plan-pure", "--temporary"], ["plan-pure", "--what", "x"]])
    func badArguments(arguments: [String]) {
        #expect(ChildArguments(arguments) == nil)
    }

    @Test("the placeholder is replaced wherever a text of the sample has it")
    func placeholder() {
        let sample = SampleData(
            manifest: nil, options: .init(configuration: ["a": ["${TEMP}/x", 1], "b": "y${TEMP}${TEMP}"], inputs: ["c": "${TEMP"]))
        #expect(sample.isPrivate)
        let resolved = sample.resolved(temporary: "/d")
        #expect(resolved.configuration == ["a": ["/d/x", 1], "b": "y/d/d"])
        #expect(resolved.inputs == ["c": "${TEMP"])
    }

    @Test("a report is a table for people and a document for programs")
    func report() {
        let test = ConformanceTest("plan-pure", "Plan changes nothing.", requirements: ["P-024"]) { _ in nil }
        let other = ConformanceTest("a", "A.") { _ in nil }
        let report = ConformanceReport(
            subject: "x.so",
            results: [
                TestResult(other, .passed, note: "3 places"),
                TestResult(test, .crashed(signal: 11, "the process died\nin plan"), output: "last words\n", durationSeconds: 0.5),
            ])
        #expect(
            report.table() == """
                passed   a          A. (3 places)
                crashed  plan-pure  Plan changes nothing.
                         the process died
                         in plan
                         | last words

                x.so: 1 passed, 1 crashed

                """)
        #expect(report.exitCode == 1)
        #expect(report.json["conforms"] == false)
        #expect(report.json["results"]?[1]?["signal"] == 11)
        #expect(report.json["results"]?[1]?["duration_ms"] == 500)
        #expect(report.table(colours: true).contains("\u{1B}[31mcrashed\u{1B}[0m"))
    }
}
