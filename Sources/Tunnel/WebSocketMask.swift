import NIOCore
import NIOWebSocket

extension ByteBuffer {
    /// Masks, or unmasks, what can be read, eight bytes at a time: this touches every byte that passes a tunnel.
    mutating func applyWebSocketMask(_ key: WebSocketMaskingKey) {
        let bytes = (key[0], key[1], key[2], key[3])
        var word: UInt64 = 0
        withUnsafeMutableBytes(of: &word) { pointer in
            for half in [0, 4] {
                pointer[half] = bytes.0
                pointer[half + 1] = bytes.1
                pointer[half + 2] = bytes.2
                pointer[half + 3] = bytes.3
            }
        }
        withUnsafeMutableReadableBytes { pointer in
            var at = 0
            while at + 8 <= pointer.count {
                let masked = pointer.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ word
                pointer.storeBytes(of: masked, toByteOffset: at, as: UInt64.self)
                at += 8
            }
            while at < pointer.count {
                switch at & 3 {
                case 0: pointer[at] ^= bytes.0
                case 1: pointer[at] ^= bytes.1
                case 2: pointer[at] ^= bytes.2
                default: pointer[at] ^= bytes.3
                }
                at += 1
            }
        }
    }
}
