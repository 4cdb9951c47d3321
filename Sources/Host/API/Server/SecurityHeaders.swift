import HTTPTypes

/// What every answer tells browsers, so that a mistake elsewhere does less harm.
enum SecurityHeaders {
    static func add(to headers: inout HTTPFields, isSecure: Bool) {
        func put(_ name: String, _ value: String) {
            guard let name = HTTPField.Name(name), headers[name] == nil else { return }
            headers[name] = value
        }
        put("X-Content-Type-Options", "nosniff")
        put("X-Frame-Options", "DENY")
        put("Referrer-Policy", "same-origin")
        put("Cross-Origin-Opener-Policy", "same-origin")
        put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        put("Cache-Control", "no-store")
        if isSecure { put("Strict-Transport-Security", "max-age=31536000") }
    }
}
