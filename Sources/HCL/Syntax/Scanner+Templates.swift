extension Scanner {
    private static let dollar = UInt8(ascii: "$")
    private static let percent = UInt8(ascii: "%")

    /// Between quotes.
    mutating func scanQuoted() {
        let first = bytes[offset]
        if first == UInt8(ascii: "\"") {
            emit(.closeQuote, to: offset + 1)
            modes.removeLast()
        } else if first == 0x0A || first == 0x0D {
            var end = offset
            while let next = byte(end), next == 0x0A || next == 0x0D { end += 1 }
            emit(.quotedNewline, to: end)
        } else if first == Self.dollar || first == Self.percent {
            guard !openSequence(first) else { return }
            // At the very end nothing tells what it was to be.
            emit(offset + 1 == bytes.count ? .invalid : .quotedText, to: escapedSequenceEnd(first))
        } else {
            let end = quotedTextEnd()
            if end > offset {
                emit(.quotedText, to: end)
            } else if let length = characterLength(offset) {
                emit(.invalid, to: offset + length)
            } else {
                emit(.badEncoding, to: offset + 1)
            }
        }
    }

    private func quotedTextEnd() -> Int {
        var index = offset
        while index < bytes.count {
            let next = bytes[index]
            switch next {
            case 0x0A, 0x0D, Self.dollar, Self.percent, UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"):
                guard let escaped = byte(index + 1), escaped != 0x0A, escaped != 0x0D, let length = characterLength(index + 1) else {
                    return index
                }
                index += 1 + length
            default:
                guard let length = characterLength(index) else { return index }
                index += length
            }
        }
        return index
    }

    /// Emits `${`, `${~`, `%{` or `%{~` if one is here, and what follows is code.
    private mutating func openSequence(_ first: UInt8) -> Bool {
        guard byte(offset + 1) == UInt8(ascii: "{") else { return false }
        emit(first == Self.dollar ? .interpolation : .control, to: offset + (byte(offset + 2) == UInt8(ascii: "~") ? 3 : 2))
        braces += 1
        sequenceBraces.append(braces)
        if !heredocs.isEmpty { heredocs[heredocs.count - 1].isAtLineStart = false }
        modes.append(.main)
        return true
    }

    /// After `$${` (with `~`), or after a lone dollar; for percent likewise.
    private func escapedSequenceEnd(_ first: UInt8) -> Int {
        guard byte(offset + 1) == first, byte(offset + 2) == UInt8(ascii: "{") else { return offset + 1 }
        return offset + (byte(offset + 3) == UInt8(ascii: "~") ? 4 : 3)
    }

    // MARK: Heredocs

    /// Emits `<<NAME` or `<<-NAME` with its line ending, if that is here.
    mutating func openHeredoc() -> Bool {
        let name = byte(offset + 2) == UInt8(ascii: "-") ? offset + 3 : offset + 2
        guard name < bytes.count, let nameEnd = identifierEnd(name) else { return false }
        var end = nameEnd
        if byte(end) == 0x0D { end += 1 }
        guard byte(end) == 0x0A else { return false }
        heredocs.append(Heredoc(marker: bytes[name..<nameEnd], isAtLineStart: true))
        emit(.openHeredoc, to: end + 1)
        modes.append(.heredoc)
        return true
    }

    mutating func scanHeredoc() {
        let first = bytes[offset]
        if first == Self.dollar || first == Self.percent {
            guard !openSequence(first) else { return }
            guard offset + 1 < bytes.count else { return emit(.invalid, to: bytes.count) }
            heredocs[heredocs.count - 1].isAtLineStart = false
            return emit(.plainText, to: escapedSequenceEnd(first))
        }
        let (end, hasLineEnding) = plainTextEnd()
        if hasLineEnding {
            finishHeredocLine(end)
        } else if end > offset {
            heredocs[heredocs.count - 1].isAtLineStart = false
            emit(.plainText, to: end)
        } else if first == 0x0D {
            // The real scanner has no rule for a lone carriage return here and gives up.
            emit(.invalid, to: bytes.count)
        } else {
            emit(.badEncoding, to: offset + 1)
        }
    }

    /// The end of the text up to a sequence, or of the line.
    private func plainTextEnd() -> (end: Int, hasLineEnding: Bool) {
        var index = offset
        while index < bytes.count {
            switch bytes[index] {
            case 0x0A: return (index + 1, true)
            case 0x0D: return byte(index + 1) == 0x0A ? (index + 2, true) : (index, false)
            case Self.dollar, Self.percent: return (index, false)
            default:
                guard let length = characterLength(index) else { return (index, false) }
                index += length
            }
        }
        return (index, false)
    }

    private mutating func finishHeredocLine(_ end: Int) {
        let heredoc = heredocs[heredocs.count - 1]
        guard heredoc.isAtLineStart, Self.isMarker(bytes[offset..<end], heredoc.marker) else {
            heredocs[heredocs.count - 1].isAtLineStart = true
            return emit(.plainText, to: end)
        }
        // The line ending stays outside: it ends the argument.
        let textEnd = end >= offset + 2 && bytes[end - 2] == 0x0D ? end - 2 : end - 1
        emit(.closeHeredoc, to: textEnd)
        emit(.newline, to: end)
        heredocs.removeLast()
        modes.removeLast()
    }

    /// Whether a line is the marker and blanks around it.
    private static func isMarker(_ line: ArraySlice<UInt8>, _ marker: ArraySlice<UInt8>) -> Bool {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }
        let rest = line.drop(while: isBlank)
        guard let first = rest.first, let last = rest.last(where: { !isBlank($0) }) else { return false }
        // Blanks beyond ASCII are rare, and are looked for only where one may be.
        if first < 0x80, last < 0x80, first != marker.first { return false }
        return trimmed(line) == marker
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
        let kept = scalars.drop { $0.properties.isWhitespace }
        let end = kept.lastIndex { !$0.properties.isWhitespace }.map { kept.index(after: $0) } ?? kept.startIndex
        return ArraySlice(String(kept[kept.startIndex..<end]).utf8)
    }

    // MARK: Whole templates

    mutating func scanBare() {
        let first = bytes[offset]
        if first == Self.dollar || first == Self.percent {
            guard !openSequence(first) else { return }
            return emit(.plainText, to: escapedSequenceEnd(first))
        }
        let (end, _) = plainTextEnd()
        if end > offset {
            emit(.plainText, to: end)
        } else if first == 0x0D {
            emit(.plainText, to: bytes.count)
        } else {
            emit(.badEncoding, to: offset + 1)
        }
    }
}
