@testable import PluginConformance
import PluginLoading
import Testing
import TestSupport

struct ELFFileTests {
    @Test("exports and imports of a library are those that the linker put there")
    func symbols() throws {
        let symbols = try ELFFile(path: Package.testPlugins + "/bad-library-imports.so").symbols()
        #expect(symbols.filter(\.isExported).map(\.name) == ["berth_plugin_v1"])
        #expect(symbols.contains { $0.name == "setenv" && !$0.isDefined })
        let others = try ELFFile(path: Package.testPlugins + "/bad-library-exports.so").symbols()
        #expect(others.contains { $0.name == "berth_test_helper" && $0.isExported })
    }

    @Test("a file that was cut anywhere is refused or read, and never crashes")
    func cut() throws {
        let bytes = try readFile(Package.testPlugins + "/good.so", limit: 1 << 24)
        for length in stride(from: 0, to: bytes.count, by: 97) { _ = try? ELFFile(bytes: Array(bytes[..<length])).symbols() }
    }

    @Test("a file with changed bytes is refused or read, and never crashes", arguments: 1...3 as ClosedRange<UInt64>)
    func changed(seed: UInt64) throws {
        let bytes = try readFile(Package.testPlugins + "/good.so", limit: 1 << 24)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            var copy = bytes
            for _ in 0..<8 {
                // What is read at all lies in the first pages: headers, hash table, symbols.
                let place = Int.random(in: 0..<min(copy.count, 6000), using: &generator)
                copy[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? ELFFile(bytes: copy).symbols()
        }
    }
}
