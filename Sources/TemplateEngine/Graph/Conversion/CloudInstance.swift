package import JSON

/// What is known about types of machines of large clouds.
package enum CloudInstance {
    /// The attribute with the identity by which an agent on it can prove who it is.
    static let identity = [
        "google_compute_instance": "instance_id", "aws_instance": "id", "aws_spot_instance_request": "spot_instance_id",
        "azurerm_linux_virtual_machine": "virtual_machine_id", "azurerm_windows_virtual_machine": "virtual_machine_id",
    ]

    private static let size = [
        "google_compute_instance": "machine_type", "aws_instance": "instance_type", "aws_spot_instance_request": "instance_type",
        "azurerm_linux_virtual_machine": "size", "azurerm_windows_virtual_machine": "size",
    ]

    /// The kind of machine: `t3.micro`; nil where the type of resource has no such thing.
    package static func instanceType(of type: String, _ attributes: JSONValue) -> String? {
        size[type].flatMap { attributes[$0]?.stringValue }
    }
}
