/// The first byte of every packet: what it is.
enum MessageNumber {
    static let disconnect: UInt8 = 1
    static let ignore: UInt8 = 2
    static let unimplemented: UInt8 = 3
    static let debug: UInt8 = 4
    static let serviceRequest: UInt8 = 5
    static let serviceAccept: UInt8 = 6
    static let extensionInfo: UInt8 = 7

    static let keyExchangeInit: UInt8 = 20
    static let newKeys: UInt8 = 21
    static let keyExchangeRequest: UInt8 = 30
    static let keyExchangeReply: UInt8 = 31

    static let userAuthRequest: UInt8 = 50
    static let userAuthFailure: UInt8 = 51
    static let userAuthSuccess: UInt8 = 52
    static let userAuthBanner: UInt8 = 53
    static let userAuthKeyOK: UInt8 = 60

    static let globalRequest: UInt8 = 80
    static let requestSuccess: UInt8 = 81
    static let requestFailure: UInt8 = 82
    static let channelOpen: UInt8 = 90
    static let channelOpenConfirmation: UInt8 = 91
    static let channelOpenFailure: UInt8 = 92
    static let channelWindowAdjust: UInt8 = 93
    static let channelData: UInt8 = 94
    static let channelExtendedData: UInt8 = 95
    static let channelEOF: UInt8 = 96
    static let channelClose: UInt8 = 97
    static let channelRequest: UInt8 = 98
    static let channelSuccess: UInt8 = 99
    static let channelFailure: UInt8 = 100

    // OpenSSH's PROTOCOL, section 1.9.
    static let ping: UInt8 = 192
    static let pong: UInt8 = 193

    /// What only a key exchange is made of.
    static let ofKeyExchange: ClosedRange<UInt8> = 20...49
}
