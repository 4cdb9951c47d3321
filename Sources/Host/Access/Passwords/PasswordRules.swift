/// What a new password must be like.
package enum PasswordRules {
    /// In characters.
    package static let lengthMin = 8
    /// In bytes.
    package static let sizeMax = 256

    /// What is wrong with it, as a sentence; nil if it will do.
    ///
    /// Length counts most. What everybody tries first is refused: known passwords, the user's own names, a few characters
    /// again and again, and runs of the keyboard or alphabet.
    package static func problem(_ password: String, username: String = "", email: String = "") -> String? {
        guard password.count >= lengthMin else { return "must have at least \(lengthMin) characters" }
        guard password.utf8.count <= sizeMax else { return "must have at most \(sizeMax) bytes" }
        guard !password.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return "must not contain control characters" }
        let lower = password.lowercased()
        guard Set(lower).count >= 4 else { return "must have at least 4 different characters" }
        let letters = lower.filter { $0.isLetter }
        let trimmed = String(lower.reversed().drop { !$0.isLetter }.reversed())
        if common.contains(lower) || (letters.count + 4 >= lower.count && (common.contains(trimmed) || common.contains(letters))) {
            return "is one of the most common passwords"
        }
        for name in [username.lowercased(), email.lowercased(), String(email.lowercased().prefix { $0 != "@" })] where name.count >= 4 {
            if lower.contains(name), lower.count < name.count + 6 { return "must not be made of the user's name" }
        }
        for run in runs where lower.count <= run.count && (run.contains(lower) || String(run.reversed()).contains(lower)) {
            return "must not be a run of neighbouring characters"
        }
        return nil
    }

    private static let common: Set<String> = [
        "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "letmein", "welcome", "iloveyou", "admin",
        "administrator", "changeme", "sunshine", "princess", "football", "baseball", "superman", "trustno1", "whatever", "starwars",
        "michelle", "computer", "internet", "master", "dragon", "monkey", "shadow", "secret", "default", "qwertyuiop", "1q2w3e4r",
        "1qaz2wsx", "q1w2e3r4", "abcd1234", "aa123456", "test1234", "zaq12wsx", "passpass", "hello", "login", "root", "toor", "guest",
    ]
    private static let runs = [
        "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
    ]
}
