import Terminal

/// A piece of text that is looked for: smart case, so that case counts only where the needle has a capital letter.
struct Needle: Sendable, Hashable {
    let text: String
    private let bytes: [UInt8]
    private let isCaseSensitive: Bool

    init(_ text: String) {
        self.text = text
        isCaseSensitive = text.contains(where: \.isUppercase)
        bytes = isCaseSensitive ? Array(text.utf8) : text.lowercased().utf8.map(Needle.folded)
    }

    /// Whether a text holds the needle; letters outside ASCII must agree in case too.
    func isIn(_ text: String) -> Bool { position(in: text) != nil }

    /// Whether a text is the needle and nothing else.
    func equals(_ text: String) -> Bool { text.utf8.count == bytes.count && position(in: text) == 0 }

    /// The offset in UTF-8 of the first place in a text; nil where it is not in it.
    func position(in text: String) -> Int? {
        var text = text
        return text.withUTF8 { haystack in
            guard let first = bytes.first else { return 0 }
            guard haystack.count >= bytes.count else { return nil }
            for start in 0...haystack.count - bytes.count where read(haystack[start]) == first {
                var length = 1
                while length < bytes.count, read(haystack[start + length]) == bytes[length] { length += 1 }
                if length == bytes.count { return start }
            }
            return nil
        }
    }

    private func read(_ byte: UInt8) -> UInt8 { isCaseSensitive ? byte : Needle.folded(byte) }

    private static func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
}
