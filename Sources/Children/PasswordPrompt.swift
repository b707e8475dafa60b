/// Recognises a program that waits for a secret: `admin@apic's password: ` without a line end.
public struct PasswordPrompt: Sendable {
    private static let words: [[UInt8]] = ["password", "passphrase", "passcode", "verification code"].map {
        Array($0.utf8)
    }

    private var line: [UInt8] = []
    private var seen = 0

    /// A recogniser at the start of a stream.
    public init() {}

    /// Takes bytes and tells whether the stream now ends with a prompt; only the first 8 KiB are looked at, since a
    /// prompt for a secret comes before any answer.
    public mutating func take(_ bytes: [UInt8]) -> Bool {
        guard seen < 8 << 10 else { return false }
        seen += bytes.count
        if let end = bytes.lastIndex(of: 0x0a) {
            line = Array(bytes[(end + 1)...])
        } else {
            line += bytes
        }
        return Self.asks(line)
    }

    /// Whether an unfinished line asks for a secret: one of the words, then a colon and blanks at the end.
    static func asks(_ line: [UInt8]) -> Bool {
        let text = line.drop { $0 == 0x0d }.reversed().drop { $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }
        guard text.first == UInt8(ascii: ":"), line.count <= 300 else { return false }
        let lower = line.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
        return words.contains { lower.contains($0) }
    }
}
