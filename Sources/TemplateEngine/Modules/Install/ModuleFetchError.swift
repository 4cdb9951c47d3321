/// Why a module could not be fetched; holds no secrets.
struct ModuleFetchError: Error, CustomStringConvertible {
    /// As Terraform names the kind of failure.
    var summary: String
    /// In lower case, without a period.
    var description: String
    /// Whether the description is whole sentences already.
    var isDetail: Bool

    init(_ description: String) {
        summary = "Failed to download module"
        self.description = description
        isDetail = false
    }

    init(_ summary: String, detail: String) {
        self.summary = summary
        description = detail
        isDetail = true
    }
}
