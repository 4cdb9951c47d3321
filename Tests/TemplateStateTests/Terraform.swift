import Glibc
import HCL
import ProviderKit
import TemplateConfiguration
import TemplateState
import TestSupport
import Testing

/// The real terraform, where it is installed.
enum Terraform {
    static let isPresent = ["/usr/local/bin/terraform", "/usr/bin/terraform"].contains { access($0) }
    static let absence: Comment = "terraform is not installed"

    /// Runs a command in a directory; offline, so with builtin providers only.
    static func run(_ command: String, in directory: String) async throws -> RunResult {
        try await TestSupport.run(
            "/bin/sh", ["-c", "env -u TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE=1 terraform " + command + " 2>&1"], directory: directory)
    }

    /// The schema of `terraform_data`, and of the data source for other states.
    static let schemas: StateJSON.Schemas = { resource, _ in
        switch resource.type {
        case "terraform_data": Schema(terraformData)
        case "terraform_remote_state": Schema(remoteState)
        default: nil
        }
    }

    static let terraformData = BlockSchema(attributes: [
        "id": AttributeSchema(.string, .computed), "input": AttributeSchema(.dynamic, .optional),
        "output": AttributeSchema(.dynamic, .computed), "triggers_replace": AttributeSchema(.dynamic, .optional),
    ])

    static let remoteState = BlockSchema(attributes: [
        "backend": AttributeSchema(.string, .required), "config": AttributeSchema(.dynamic, .optional),
        "defaults": AttributeSchema(.dynamic, .optional), "outputs": AttributeSchema(.dynamic, .computed),
        "workspace": AttributeSchema(.string, .optional),
    ])

    private static func access(_ path: String) -> Bool { Glibc.access(path, X_OK) == 0 }
}
