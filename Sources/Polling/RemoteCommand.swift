public import Fabric

/// Words that may stand in a command line that a remote shell reads.
///
/// OpenSSH joins its words and hands them to the remote login shell. A word therefore passes only if no shell gives
/// a meaning to any of its characters and no program takes it for an option that was not meant.
public enum RemoteCommand {
    /// Whether a word is made of `[A-Za-z0-9_.:/@%+=,-]`, is not empty and does not begin with `-`.
    public static func isSafe(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.first != UInt8(ascii: "-") && word.utf8.allSatisfy(isSafe)
    }

    /// Joins fixed words and words from outside into a command line; fixed words may be options (`-r`).
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe` that names the first word from outside that is refused.
    public static func line(
        fixed: [String], words: [String] = [], source: SourceID
    ) throws(SourceError) -> String {
        for word in words where !isSafe(word) {
            throw refusal(of: word, source: source)
        }
        return (fixed + words).joined(separator: " ")
    }

    /// Checks a word that goes into a fixed place of an argument list, such as a host or VRF.
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe` that names it.
    public static func checked(_ word: String, source: SourceID) throws(SourceError) -> String {
        guard isSafe(word) else { throw refusal(of: word, source: source) }
        return word
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 0x5f, 0x2e, 0x3a, 0x2f, 0x40, 0x25, 0x2b, 0x3d, 0x2c, 0x2d: true  // _ . : / @ % + = , -
        default: false
        }
    }

    private static func refusal(of word: String, source: SourceID) -> SourceError {
        let shown = String(
            word.unicodeScalars.prefix(40).map {
                isSafe(UInt8(truncatingIfNeeded: $0.value)) && $0.isASCII ? Character($0) : "·"
            })
        return SourceError(
            kind: .unsafe, source: source, operation: "build a remote command",
            cause:
                "the word '\(shown)' holds a character that a remote shell could take for its own, or begins with '-'",
            hint: "rename it, or give the node a safe `host` in the configuration")
    }
}
