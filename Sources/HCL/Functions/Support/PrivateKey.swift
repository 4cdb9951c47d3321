internal import CCrypto

/// Decryption with a private key of RSA.
enum PrivateKey {
    /// Decrypts a text that was encrypted with the padding of PKCS #1, version 1.5.
    static func decrypt(_ bytes: [UInt8], key: String) throws(FunctionError) -> [UInt8] {
        guard key.contains("-----BEGIN ") else { throw FunctionError(argument: 1, "invalid private key: ssh: no key found") }
        guard let memory = BIO_new_mem_buf(key, Int32(clamping: key.utf8.count)) else {
            throw FunctionError("failed to decrypt: no memory")
        }
        defer { BIO_free(memory) }
        // A key that wants a password is refused: nobody is there to be asked.
        guard let pair = PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil) else {
            ERR_clear_error()
            let isProtected = key.contains("ENCRYPTED")
            throw FunctionError(
                argument: 1, "invalid private key: " + (isProtected ? "ssh: this private key is passphrase protected" : "ssh: no key found")
            )
        }
        defer { EVP_PKEY_free(pair) }
        guard EVP_PKEY_get_base_id(pair) == EVP_PKEY_RSA else { throw FunctionError(argument: 1, "invalid private key type") }
        guard let context = EVP_PKEY_CTX_new(pair, nil) else { throw FunctionError("failed to decrypt: no memory") }
        defer { EVP_PKEY_CTX_free(context) }
        var length = 0
        guard EVP_PKEY_decrypt_init(context) > 0, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0,
            EVP_PKEY_decrypt(context, nil, &length, bytes, bytes.count) > 0
        else { throw failed }
        var result = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_decrypt(context, &result, &length, bytes, bytes.count) > 0 else { throw failed }
        return Array(result.prefix(length))
    }

    private static var failed: FunctionError {
        ERR_clear_error()
        return FunctionError("failed to decrypt: crypto/rsa: decryption error")
    }
}
