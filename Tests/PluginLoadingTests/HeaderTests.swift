import Foundation
import PluginLoading
import TestSupport
import Testing

/// `scripts/check-abi`, which keeps the plugin header's promises.
@Suite struct HeaderTests {
    /// Edits of the current header, each made exactly once, and what is said of the result.
    struct Edit: Sendable, CustomTestStringConvertible {
        var name: String
        var edits: [(from: String, to: String)]
        /// Of the finding; nil if the header is still good.
        var words: String?

        var testDescription: String { name }
    }

    static let size = ("sizeof(berth_edge) == 40 && sizeof(berth_output)", "sizeof(berth_edge) == 56 && sizeof(berth_output)")
    static let edits = [
        Edit(name: "untouched", edits: [], words: nil),
        Edit(
            name: "appended field, with the assertion edited",
            edits: [("    berth_str to;\n} berth_edge;", "    berth_str to;\n    berth_str label;\n} berth_edge;"), size], words: nil),
        Edit(name: "new enumerator", edits: [("    BERTH_INTERNAL = 9 ", "    BERTH_TIRED = 10,\n    BERTH_INTERNAL = 9 ")], words: nil),
        Edit(
            name: "appended field without the assertion",
            edits: [("    berth_str to;\n} berth_edge;", "    berth_str to;\n    berth_str label;\n} berth_edge;")],
            words: "does not take the header"),
        Edit(
            name: "fields in another order",
            edits: [("    berth_str from;\n    berth_str to;\n} berth_edge;", "    berth_str to;\n    berth_str from;\n} berth_edge;")],
            words: "berth_edge.from moved from offset 8 to 24"),
        Edit(
            name: "field of another type", edits: [("    uint64_t total;", "    int64_t total;")],
            words: "berth_progress.total was \"uint64_t\" and is \"int64_t\""),
        Edit(
            name: "enumerator of another value", edits: [("BERTH_CONFLICT = 7,", "BERTH_CONFLICT = 17,")],
            words: "BERTH_CONFLICT was 7 and is 17"),
        Edit(
            name: "removed enumerator", edits: [("    BERTH_CHANGE_READ = 6\n", "")], words: "BERTH_CHANGE_READ is gone"),
        Edit(
            name: "removed function",
            edits: [
                ("    BERTH_NODISCARD berth_status (*set_document)(const struct berth_job *job, berth_str kind, berth_str json);\n", ""),
                ("sizeof(berth_job) == 136", "sizeof(berth_job) == 128"),
            ], words: "berth_job.set_document is gone"),
        Edit(
            name: "function of another signature",
            edits: [("(*is_cancelled)(const struct berth_job *job)", "(*is_cancelled)(const struct berth_job *job, uint32_t why)")],
            words: "berth_job.is_cancelled was"),
        Edit(
            name: "insertion in the middle",
            edits: [
                (
                    "    berth_str from;\n    berth_str to;\n} berth_edge;",
                    "    berth_str label;\n    berth_str from;\n    berth_str to;\n} berth_edge;"
                ), size,
            ],
            words: "berth_edge.from moved from offset 8 to 24"),
        Edit(
            name: "growth of a struct without size",
            edits: [
                ("    berth_str value;\n} berth_field;", "    berth_str value;\n    uint64_t more;\n} berth_field;"),
                ("sizeof(berth_field) == 32", "sizeof(berth_field) == 40"),
            ], words: "struct berth_field has no size field and may not change"),
        Edit(
            name: "limit of another value", edits: [("#define BERTH_PARAMS_MAX 12u", "#define BERTH_PARAMS_MAX 10u")],
            words: "BERTH_PARAMS_MAX was 12u and is 10u"),
        Edit(
            name: "entry point of another type",
            edits: [("berth_status berth_plugin_v1(berth_hello *hello,", "berth_status berth_plugin_v1(const berth_hello *hello,")],
            words: "a plain type or the entry point changed"),
    ]

    @Test("the header may grow at its ends and change nowhere else", arguments: edits)
    func mutations(_ edit: Edit) async throws {
        try await Fixture.with { fixture in
            var text = String(
                decoding: try readFile(Package.root + "/Sources/PluginABI/include/berth_plugin.h", limit: 1 << 20), as: UTF8.self)
            for (from, to) in edit.edits {
                try #require(text.components(separatedBy: from).count == 2, "\(from) must be in the header once")
                text = text.replacingOccurrences(of: from, with: to)
            }
            let path = try fixture.write("berth_plugin.h", text)
            let result = try await TestSupport.run(Package.root + "/scripts/check-abi", ["--current", path])
            if let words = edit.words {
                #expect(result.status == 1)
                #expect(result.output.contains(words), "\(result.output)")
            } else {
                #expect(result.status == 0, "\(result.output)")
                #expect(result.output.contains("berth_plugin-1.0: kept"), "\(result.output)")
            }
        }
    }

    @Test("a released header that was edited is found, and so is one that nobody signed")
    func frozen() async throws {
        try await Fixture.with { fixture in
            let released = Package.root + "/abi/frozen"
            let copy = fixture.directory + "/frozen"
            try FileManager.default.copyItem(atPath: released, toPath: copy)
            let header = copy + "/berth_plugin-1.0.h"
            let text = String(decoding: try readFile(header, limit: 1 << 20), as: UTF8.self)
            func findings() async throws -> RunResult {
                try await TestSupport.run(Package.root + "/scripts/check-abi", ["--frozen", copy])
            }
            #expect(try await findings().status == 0)
            try replaceFile(header, with: Array((text + "/* a comment */\n").utf8))
            let edited = try await findings()
            #expect(edited.status == 1 && edited.output.contains("a released header was edited"), "\(edited.output)")
            try replaceFile(header, with: Array(text.utf8))
            try replaceFile(copy + "/berth_plugin-1.1.h", with: Array(text.utf8))
            let unsigned = try await findings()
            #expect(unsigned.status == 1 && unsigned.output.contains("berth_plugin-1.1.h is not in SHA256SUMS"), "\(unsigned.output)")
        }
    }
}
