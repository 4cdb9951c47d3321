extension String {
    /// A JSON text, which has no space between its tokens, on lines: as Go indents one by two spaces.
    var indentedJSON: String {
        var result: [UInt8] = []
        var scan = JSONScan()
        var previous: UInt8 = 0
        func newline(_ depth: Int) { result.append(contentsOf: [0x0A] + [UInt8](repeating: 0x20, count: 2 * max(0, depth))) }
        for byte in utf8 {
            let wasInString = scan.isInString
            scan.pass(byte)
            if wasInString {
                result.append(byte)
            } else {
                let isOpening = previous == UInt8(ascii: "{") || previous == UInt8(ascii: "[")
                switch byte {
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if !isOpening { newline(scan.depth) }
                    result.append(byte)
                case UInt8(ascii: ","):
                    result.append(byte)
                    newline(scan.depth)
                case UInt8(ascii: ":"): result.append(contentsOf: [byte, 0x20])
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    if isOpening { newline(scan.depth - 1) }
                    result.append(byte)
                default:
                    if isOpening { newline(scan.depth) }
                    result.append(byte)
                }
            }
            // What is in a string opens nothing.
            previous = wasInString ? 0 : byte
        }
        return String(decoding: result, as: UTF8.self)
    }
}
