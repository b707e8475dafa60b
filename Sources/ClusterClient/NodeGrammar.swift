import Fabric

/// The grammar of names that reach argument lists.
enum NodeGrammar {
    /// Whether a name is a Kubernetes node's: labels of `[a-z0-9-]` joined by dots, none of which begins or ends with
    /// `-`, at most 253 bytes (RFC 1123).
    static func isName(_ name: NodeName) -> Bool {
        let text = name.text.utf8
        return text.count <= 253
            && text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                guard let first = label.first, let last = label.last else { return false }
                return isLetterOrDigit(first) && isLetterOrDigit(last)
                    && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// Gives the name back where it is one.
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe` that names it.
    static func checked(_ name: NodeName, source: SourceID, operation: String) throws(SourceError) -> String {
        guard isName(name) else {
            let shown = String(
                name.text.unicodeScalars.prefix(60).map { $0.isASCII && $0.value > 32 ? Character($0) : "·" })
            throw SourceError(
                kind: .unsafe, source: source, operation: operation,
                cause: "'\(shown)' is not the name of a Kubernetes node",
                hint: "names are lower-case letters, digits, '-' and '.'")
        }
        return name.text
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }
}
