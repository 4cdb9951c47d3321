internal import Glibc

/// An encoding of text by its name in IANA's registry.
struct TextEncoding: Sendable {
    /// As IANA has it.
    let name: String
    /// As the C library has it.
    private let library: String

    /// Nil if there is none of this name or alias; capital letters do not matter.
    init?(_ name: String) {
        guard let index = Self.indices[name.lowercased()] else { return nil }
        self.name = Self.table[index].name
        self.library = Self.table[index].library
    }

    /// The text in this encoding; nil if it has characters that the encoding does not.
    func encode(_ text: String) -> [UInt8]? {
        if library == "UTF-16" { return Self.convert(Array(text.utf8), from: "UTF-8", to: "UTF-16BE").map { [0xfe, 0xff] + $0 } }
        return Self.convert(Array(text.utf8), from: "UTF-8", to: library)
    }

    /// The text of bytes in this encoding; nil if they are not.
    func decode(_ bytes: [UInt8]) -> String? {
        guard library == "UTF-16" else { return Self.convert(bytes, from: library, to: "UTF-8")?.validText }
        // A mark at the start tells the order of the bytes.
        let isLittle = bytes.starts(with: [0xff, 0xfe])
        let hasMark = isLittle || bytes.starts(with: [0xfe, 0xff])
        let body = hasMark ? Array(bytes.dropFirst(2)) : bytes
        return Self.convert(body, from: isLittle ? "UTF-16LE" : "UTF-16BE", to: "UTF-8")?.validText
    }

    private static func convert(_ bytes: [UInt8], from source: String, to target: String) -> [UInt8]? {
        guard let converter = iconv_open(target, source), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: bytes.count * 4 + 64)
        let written: Int? = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var next = source.baseAddress
                var remaining = source.count
                var end = target.baseAddress
                var space = target.count
                guard iconv(converter, &next, &remaining, &end, &space) != -1, remaining == 0 else { return nil }
                // Some encodings have a state that has to be left at the end.
                guard iconv(converter, nil, nil, &end, &space) != -1 else { return nil }
                return target.count - space
            }
        }
        return written.map { count in output[..<count].map { UInt8(bitPattern: $0) } }
    }

    private static let indices: [String: Int] = {
        var result: [String: Int] = [:]
        for (index, entry) in table.enumerated() {
            for alias in [entry.name] + entry.aliases.split(separator: " ").map({ String($0) }) { result[alias.lowercased()] = index }
        }
        return result
    }()

    private static let table: [(name: String, library: String, aliases: String)] = [
        ("US-ASCII", "ASCII", "iso-ir-6 ANSI_X3.4-1968 ANSI_X3.4-1986 ISO_646.irv:1991 ISO646-US us IBM367 cp367 csASCII"),
        ("UTF-8", "UTF-8", "csUTF8"),
        ("UTF-16", "UTF-16", "csUTF16"),
        ("UTF-16BE", "UTF-16BE", "csUTF16BE"),
        ("UTF-16LE", "UTF-16LE", "csUTF16LE"),
        ("ISO_8859-1:1987", "ISO-8859-1", "iso-ir-100 ISO_8859-1 ISO-8859-1 latin1 l1 IBM819 CP819 csISOLatin1"),
        ("ISO_8859-2:1987", "ISO-8859-2", "iso-ir-101 ISO_8859-2 ISO-8859-2 latin2 l2 csISOLatin2"),
        ("ISO_8859-3:1988", "ISO-8859-3", "iso-ir-109 ISO_8859-3 ISO-8859-3 latin3 l3 csISOLatin3"),
        ("ISO_8859-4:1988", "ISO-8859-4", "iso-ir-110 ISO_8859-4 ISO-8859-4 latin4 l4 csISOLatin4"),
        ("ISO_8859-5:1988", "ISO-8859-5", "iso-ir-144 ISO_8859-5 ISO-8859-5 cyrillic csISOLatinCyrillic"),
        ("ISO_8859-6:1987", "ISO-8859-6", "iso-ir-127 ISO_8859-6 ISO-8859-6 ECMA-114 ASMO-708 arabic csISOLatinArabic"),
        ("ISO_8859-6-E", "ISO-8859-6", "csISO88596E ISO-8859-6-E"),
        ("ISO_8859-6-I", "ISO-8859-6", "csISO88596I ISO-8859-6-I"),
        ("ISO_8859-7:1987", "ISO-8859-7", "iso-ir-126 ISO_8859-7 ISO-8859-7 ELOT_928 ECMA-118 greek greek8 csISOLatinGreek"),
        ("ISO_8859-8:1988", "ISO-8859-8", "iso-ir-138 ISO_8859-8 ISO-8859-8 hebrew csISOLatinHebrew"),
        ("ISO_8859-8-E", "ISO-8859-8", "csISO88598E ISO-8859-8-E"),
        ("ISO_8859-8-I", "ISO-8859-8", "csISO88598I ISO-8859-8-I"),
        ("ISO_8859-9:1989", "ISO-8859-9", "iso-ir-148 ISO_8859-9 ISO-8859-9 latin5 l5 csISOLatin5"),
        ("ISO-8859-10", "ISO-8859-10", "iso-ir-157 l6 ISO_8859-10:1992 csISOLatin6 latin6"),
        ("ISO-8859-13", "ISO-8859-13", "csISO885913"),
        ("ISO-8859-14", "ISO-8859-14", "iso-ir-199 ISO_8859-14:1998 ISO_8859-14 latin8 iso-celtic l8 csISO885914"),
        ("ISO-8859-15", "ISO-8859-15", "ISO_8859-15 Latin-9 csISO885915"),
        ("ISO-8859-16", "ISO-8859-16", "iso-ir-226 ISO_8859-16:2001 ISO_8859-16 latin10 l10 csISO885916"),
        ("windows-874", "CP874", "cswindows874"),
        ("windows-1250", "CP1250", "cswindows1250"), ("windows-1251", "CP1251", "cswindows1251"),
        ("windows-1252", "CP1252", "cswindows1252"), ("windows-1253", "CP1253", "cswindows1253"),
        ("windows-1254", "CP1254", "cswindows1254"), ("windows-1255", "CP1255", "cswindows1255"),
        ("windows-1256", "CP1256", "cswindows1256"), ("windows-1257", "CP1257", "cswindows1257"),
        ("windows-1258", "CP1258", "cswindows1258"),
        ("IBM037", "IBM037", "cp037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csIBM037"),
        ("IBM437", "IBM437", "cp437 437 csPC8CodePage437"), ("IBM850", "IBM850", "cp850 850 csPC850Multilingual"),
        ("IBM852", "IBM852", "cp852 852 csPCp852"), ("IBM855", "IBM855", "cp855 855 csIBM855"),
        ("IBM00858", "CP858", "CCSID00858 CP00858 PC-Multilingual-850+euro csIBM00858"),
        ("IBM860", "IBM860", "cp860 860 csIBM860"), ("IBM862", "IBM862", "cp862 862 csPC862LatinHebrew"),
        ("IBM863", "IBM863", "cp863 863 csIBM863"), ("IBM865", "IBM865", "cp865 865 csIBM865"),
        ("IBM866", "IBM866", "cp866 866 csIBM866"),
        ("IBM1047", "IBM1047", "IBM-1047 csIBM1047"),
        ("IBM01140", "CP1140", "CCSID01140 CP01140 ebcdic-us-37+euro csIBM01140"),
        ("KOI8-R", "KOI8-R", "csKOI8R"), ("KOI8-U", "KOI8-U", "csKOI8U"), ("macintosh", "MACINTOSH", "mac csMacintosh"),
        ("Shift_JIS", "CP932", "MS_Kanji csShiftJIS"), ("ISO-2022-JP", "ISO-2022-JP", "csISO2022JP"),
        ("Extended_UNIX_Code_Packed_Format_for_Japanese", "EUC-JP", "csEUCPkdFmtJapanese EUC-JP"),
        ("EUC-KR", "CP949", "csEUCKR"),
        ("GBK", "GBK", "CP936 MS936 windows-936 csGBK"), ("GB18030", "GB18030", "csGB18030"), ("Big5", "BIG5", "csBig5"),
    ]
}
