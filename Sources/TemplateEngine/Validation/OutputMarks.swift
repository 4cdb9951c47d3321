import HCL
import TemplateConfiguration

/// Whether an output may have a value with such marks.
struct OutputMarks {
    let output: OutputDeclaration
    let isRoot: Bool

    func diagnostics(about value: Value) -> Diagnostics {
        let marks = value.deepMarks
        if isRoot, marks.contains(.sensitive), !output.isSensitive {
            let detail = """
                To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that \
                any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.

                If you do intend to export this data, annotate the output value as sensitive by adding the following argument:
                    sensitive = true
                """
            return [.error("Output refers to sensitive values", detail, subject: output.range)]
        }
        if marks.contains(.ephemeral), !output.isEphemeral {
            let detail = """
                This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral \
                value.
                """
            return [.error("Ephemeral value not allowed", detail, subject: output.value?.range)]
        }
        return []
    }
}
