import HCL
import ProviderKit

/// `http`: what a server answers to a request.
struct HTTPSource: DataSource {
    var schema: Schema {
        func optional(_ type: ValueType, _ description: String) -> AttributeSchema {
            AttributeSchema(type, .optional, description, checks: type == .number ? [.wholeNumber] : [])
        }
        func computed(_ type: ValueType, _ description: String) -> AttributeSchema { AttributeSchema(type, .computed, description) }
        var body = computed(.string, "The older name of `response_body`.")
        body.deprecation = "Use response_body instead"
        let retry = BlockSchema(
            attributes: [
                "attempts": optional(.number, "How often the request is repeated at most."),
                "min_delay_ms": optional(.number, "How long to wait before the first repetition; each further one waits twice as long."),
                "max_delay_ms": optional(.number, "How long to wait at most."),
            ], description: "Repeats the request after errors of the connection and of the server. By default it is not repeated.")
        return Schema(
            BlockSchema(
                attributes: [
                    "id": computed(.string, "The URL used for the request."),
                    "url": AttributeSchema(.string, .required, "The URL, by the scheme `http` or `https`."),
                    "method": optional(.string, "`GET`, `HEAD` or `POST`; by default `GET`."),
                    "request_headers": optional(.map(.string), "The headers of the request."),
                    "request_body": optional(.string, "The body of the request."),
                    "request_timeout_ms": optional(.number, "How long the request may take, in milliseconds."),
                    "ca_cert_pem": optional(.string, "Certificates to trust in place of those of the system, in PEM."),
                    "client_cert_pem": optional(.string, "The certificate of the client, in PEM."),
                    "client_key_pem": optional(.string, "The key of the client's certificate, in PEM."),
                    "insecure": optional(.bool, "Whether any certificate of the server will do."),
                    "response_body": computed(.string, "The body of the response as text."),
                    "body": body,
                    "response_body_base64": computed(.string, "The body of the response in base64."),
                    "response_headers": computed(.map(.string), "The headers of the response; of one name they are joined by commas."),
                    "status_code": computed(.number, "The status of the response."),
                ],
                blocks: ["retry": NestedBlockSchema(.single, retry)]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        func add(_ summary: String, _ detail: String, _ path: AttributePath) {
            findings.append(ProviderFinding(.error, summary, detail, at: path))
        }
        if let method = configuration.string("method"), !["GET", "POST", "HEAD"].contains(method) {
            add(
                "Invalid Attribute Value Match",
                "Attribute method value must be one of: [\"GET\" \"POST\" \"HEAD\"], got: \(method.goQuoted)", .attribute("method"))
        }
        findings += AttributeRules.minimum("request_timeout_ms", 1, configuration)
        let retry = configuration[attribute: "retry"]
        for name in ["attempts", "min_delay_ms", "max_delay_ms"] {
            guard let number = retry.number(name), number < .zero else { continue }
            add(
                "Invalid Attribute Value", "Attribute retry.\(name) value must be at least 0, got: \(number.text)",
                .attribute("retry").attribute(name))
        }
        if let least = retry.number("min_delay_ms"), let most = retry.number("max_delay_ms"), most < least {
            add(
                "Invalid Attribute Value",
                "Attribute retry.max_delay_ms value must be at least sum of retry.min_delay_ms, got: \(most.text)",
                .attribute("retry").attribute("max_delay_ms"))
        }
        func isSet(_ name: String) -> Bool { !configuration[attribute: name].isNull }
        if isSet("ca_cert_pem"), isSet("insecure") {
            add(
                "Invalid Attribute Combination", "Attribute \"insecure\" cannot be specified when \"ca_cert_pem\" is specified",
                .attribute("ca_cert_pem"))
        }
        for (name, other) in [("client_cert_pem", "client_key_pem"), ("client_key_pem", "client_cert_pem")]
        where isSet(name) && !isSet(other) {
            add(
                "Invalid Attribute Combination", "Attribute \"\(other)\" must be specified when \"\(name)\" is specified",
                .attribute(name))
        }
        return findings
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let answer = try await HTTPExchange(configuration).answer()
        let body = Value.string(String(decoding: answer.body, as: UTF8.self))
        if String(validating: answer.body, as: UTF8.self) == nil {
            operation.log("response body is not recognized as UTF-8; response_body_base64 has it as it is")
        }
        return configuration.setting([
            "id": configuration[attribute: "url"], "response_body": body, "body": body,
            "response_body_base64": .string(Base64.encode(answer.body)), "response_headers": .stringMap(answer.headers),
            "status_code": .integer(answer.status),
        ])
    }
}
