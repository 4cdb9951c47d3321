import NIOCore

/// How far an exchange of keys has come. Each state is followed by the next, the last by the first.
enum KeyExchangeState {
    /// No keys are being exchanged.
    case idle
    /// We have said what we can do.
    case offered(KeyExchangeInit)
    /// Both have; the client's value is due. With both offers as they were sent.
    case agreed(ChosenAlgorithms, client: ByteBuffer, server: ByteBuffer)
    /// We use the new keys; the client's word that it does is due, and then this cipher.
    case switching(any PacketCipher)

    /// Between our offer and our new keys, nothing else may be sent.
    var letsUsSend: Bool {
        switch self {
        case .idle, .switching: true
        case .offered, .agreed: false
        }
    }

    /// What the client had sent before it saw our offer still arrives.
    var letsClientSend: Bool {
        switch self {
        case .idle, .offered: true
        case .agreed, .switching: false
        }
    }
}
