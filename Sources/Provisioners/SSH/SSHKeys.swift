import CSSH
import Glibc

/// A key of libssh, freed with its last reference.
final class SSHKey {
    let key: ssh_key

    private init(_ key: ssh_key) { self.key = key }
    deinit { ssh_key_free(key) }

    /// Reads a private key without a passphrase; the error does not quote it.
    static func privateKey(_ text: String) throws(SSHError) -> SSHKey {
        guard text.contains("-----BEGIN ") else { throw SSHError("Failed to read ssh private key: no key found", isFinal: true) }
        var key: ssh_key?
        var wasAsked = false
        let status = withUnsafeMutablePointer(to: &wasAsked) { pointer in
            // Without a function to ask for a passphrase, libcrypto would ask on the terminal.
            ssh_pki_import_privkey_base64(
                text, nil,
                { _, _, _, _, _, context in
                    context?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, pointer, &key)
        }
        guard status == SSH_OK, let key else {
            let problem = wasAsked ? "ssh: this private key is passphrase protected" : "ssh: the key is damaged or of an unknown kind"
            throw SSHError("Failed to parse ssh private key: \(problem)", isFinal: true)
        }
        return SSHKey(key)
    }

    /// Reads the line of a certificate and joins it with the private key.
    static func certified(_ privateKey: SSHKey, by text: String) throws(SSHError) -> SSHKey {
        let invalid = SSHError("failed to parse certificate: it is no SSH certificate, or not that of the private key", isFinal: true)
        guard let (type, body) = line(text) else { throw invalid }
        var certificate: ssh_key?
        guard ssh_pki_import_cert_base64(body, ssh_key_type_from_name(type), &certificate) == SSH_OK, let certificate else { throw invalid }
        defer { ssh_key_free(certificate) }
        guard ssh_pki_copy_cert_to_privkey(certificate, privateKey.key) == SSH_OK else { throw invalid }
        return privateKey
    }

    /// Reads the line of a public key: of a `.pub` or, with names in front, of a `known_hosts` file.
    static func publicKey(_ text: String) throws(SSHError) -> (key: SSHKey, type: String) {
        guard let (type, body) = line(text) else {
            throw SSHError("host_key is no public key: it has no line like \"ssh-ed25519 AAAA…\"", isFinal: true)
        }
        guard !type.contains("-cert-") else {
            throw SSHError("host_key is a certificate; give the public key of the machine", isFinal: true)
        }
        var key: ssh_key?
        guard ssh_pki_import_pubkey_base64(body, ssh_key_type_from_name(type), &key) == SSH_OK, let key else {
            throw SSHError("host_key is no public key: what follows \(type) cannot be read", isFinal: true)
        }
        return (SSHKey(key), type)
    }

    /// The public key that the machine showed.
    static func ofServer(_ session: ssh_session) throws(SSHError) -> SSHKey {
        var key: ssh_key?
        guard ssh_get_server_publickey(session, &key) == SSH_OK, let key else { throw SSHError("the machine showed no key") }
        return SSHKey(key)
    }

    func isSamePublicKey(as other: SSHKey) -> Bool { ssh_key_cmp(key, other.key, SSH_KEY_CMP_PUBLIC) == 0 }

    /// Type and body in the first line that has both.
    private static func line(_ text: String) -> (type: String, body: String)? {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let start = words.firstIndex(where: { ssh_key_type_from_name($0) != SSH_KEYTYPE_UNKNOWN }) else { continue }
            if start + 1 < words.count { return (words[start], words[start + 1]) }
        }
        return nil
    }
}
