/// Makes text from outside harmless to a terminal.
///
/// Node names, descriptions and device output come from other machines. A control character in them could move the
/// cursor, a bidirectional override could reorder what an operator reads, a joiner could shift every column after it.
public enum Sanitiser {
    /// What stands where something was taken out.
    public static let replacement: Unicode.Scalar = "\u{B7}"

    /// The text with each control character, escape sequence, format or bidirectional control, joiner, variation
    /// selector, half of a flag, skin tone, invisible filler and unassigned scalar replaced by one `·`.
    public static func sanitised(_ text: String) -> String {
        guard !isPlain(text) else { return text }
        let scalars = Array(text.unicodeScalars)
        var clean = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            let length = escapeLength(scalars[index...])
            clean.append(length > 0 || !isPrintable(scalars[index]) ? replacement : scalars[index])
            index += max(1, length)
        }
        return String(clean)
    }

    /// Whether the text is printable ASCII only: nothing to replace, one column for each byte.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// Scalars that change the look and the width of those beside them in some terminals and not in others (variation
    /// selectors, the key cap, regional indicators, skin tones), and fillers that draw nothing.
    private static let joiners: [ClosedRange<UInt32>] = [
        0x115F...0x115F, 0x20E3...0x20E3, 0x3164...0x3164, 0xFE00...0xFE0F, 0xFFA0...0xFFA0, 0x1F1E6...0x1F1FF,
        0x1F3FB...0x1F3FF, 0xE0100...0xE01EF,
    ]

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        if joiners.contains(where: { $0.contains(scalar.value) }) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned: return false
        default: return true
        }
    }

    /// Scalars of the escape sequence that begins here; 0 where none begins.
    ///
    /// A string sequence without its terminator counts as its introducer alone: the text behind it is shown.
    private static func escapeLength(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        guard let first = scalars.first else { return 0 }
        let rest = scalars.dropFirst()
        switch first.value {
        case 0x1B: return 1 + sequenceLength(kind: rest.first, body: rest.dropFirst())
        case 0x9B: return 1 + controlLength(rest)
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F: return 1 + stringLength(rest)
        default: return 0
        }
    }

    private static func sequenceLength(kind: Unicode.Scalar?, body: ArraySlice<Unicode.Scalar>) -> Int {
        switch kind {
        case "[": 1 + controlLength(body)
        case "]", "P", "X", "^", "_": 1 + stringLength(body)
        case let kind? where (0x20..<0x30).contains(kind.value): 1 + min(1, body.count)
        case let kind? where (0x30..<0x7F).contains(kind.value): 1
        default: 0
        }
    }

    private static func controlLength(_ body: ArraySlice<Unicode.Scalar>) -> Int {
        let parameters = body.prefix { (0x20..<0x40).contains($0.value) }.count
        let final = body.dropFirst(parameters).first
        return final.map { (0x40..<0x7F).contains($0.value) } == true ? parameters + 1 : parameters
    }

    private static func stringLength(_ body: ArraySlice<Unicode.Scalar>) -> Int {
        var previous: Unicode.Scalar?
        for (count, scalar) in body.enumerated() {
            if scalar.value == 0x07 || scalar.value == 0x9C { return count + 1 }
            if scalar == "\\", previous?.value == 0x1B { return count + 1 }
            previous = scalar
        }
        return 0
    }
}
