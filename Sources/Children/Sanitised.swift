/// Text from outside, made fit for a screen and a log.
public enum Sanitised {
    /// The first lines that say something, joined by ` / `: no escape sequences, no control characters, no marks that
    /// turn the direction of writing; what is not UTF-8 becomes `·`.
    public static func summary(_ bytes: some Sequence<UInt8>, lines: Int = 3, length: Int = 300) -> String {
        var shown: [String] = []
        let head = Array(bytes.prefix(16 << 10))
        for line in head.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            let text = self.line(line)
            if !text.isEmpty { shown.append(text) }
            if shown.count == lines { break }
        }
        return String(shown.joined(separator: " / ").prefix(length))
    }

    /// One line: escape sequences and control characters are taken out, runs of blanks are one blank.
    public static func line(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var blank = true
        for scalar in String(decoding: withoutEscapes(bytes), as: UTF8.self).unicodeScalars {
            if scalar == "\t" || scalar == " " {
                if !blank { text.append(" ") }
                blank = true
                continue
            }
            if isInvisible(scalar) { continue }
            text.unicodeScalars.append(scalar == "\u{FFFD}" ? "·" : scalar)
            blank = false
        }
        return text.last == " " ? String(text.dropLast()) : text
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private enum Place { case text, escape, sequence, string, stringEscape }

    /// Takes out the control sequences of ECMA-48: `ESC [ … final`, `ESC ] … BEL`, and two-byte escapes.
    private static func withoutEscapes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        var place = Place.text
        for byte in bytes {
            switch place {
            case .text:
                if byte == 0x1b { place = .escape } else { kept.append(byte) }
            case .escape:
                switch byte {
                case UInt8(ascii: "["): place = .sequence
                case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"): place = .string
                case 0x20...0x2f: break
                default: place = .text
                }
            case .sequence:
                if (0x40...0x7e).contains(byte) { place = .text }
            case .string:
                if byte == 0x07 { place = .text } else if byte == 0x1b { place = .stringEscape }
            case .stringEscape:
                place = byte == UInt8(ascii: "\\") ? .text : .string
            }
        }
        return kept
    }
}
