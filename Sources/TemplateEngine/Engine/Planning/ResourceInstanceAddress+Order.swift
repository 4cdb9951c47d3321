import HCL
import TemplateConfiguration

extension ResourceInstanceAddress {
    static func < (left: ResourceInstanceAddress, right: ResourceInstanceAddress) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
