import Glibc

/// Names of the IANA time zone database.
enum TimeZoneNames {
    private static let directory = "/usr/share/zoneinfo"

    /// What is wrong with a name; nil if it is a time zone's. Without the system's database every name of the right form is one.
    static func fault(in name: String) -> String? {
        if ["", "UTC", "Local"].contains(name) { return nil }
        let isPath = name.hasPrefix("/") || name.contains("\\") || name.contains("\0")
        if isPath || name.split(separator: "/").contains("..") { return "time: invalid location name" }
        guard access(directory, R_OK) == 0 else { return nil }
        return isZone(directory + "/" + name) ? nil : "unknown time zone \(name)"
    }

    private static func isZone(_ path: String) -> Bool {
        guard let file = fopen(path, "rbe") else { return false }
        defer { fclose(file) }
        var magic = [UInt8](repeating: 0, count: 4)
        return fread(&magic, 1, magic.count, file) == magic.count && magic.elementsEqual("TZif".utf8)
    }
}
