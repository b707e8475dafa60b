/// Calico's node selectors, as far as peers of nodes use them: `all()`, `has(k)`, `!has(k)`, `k == 'v'`, `k != 'v'`
/// joined by `&&`, alternatives by `||`.
enum NodeSelector {
    /// Whether a selector holds for labels; nil where it uses more than is understood here.
    static func matches(_ selector: String, _ labels: [String: String]) -> Bool? {
        guard
            !selector.contains("(") || !selector.replacing("all()", with: "").replacing("has(", with: "").contains("(")
        else { return nil }
        var result: Bool? = false
        for alternative in selector.split(separator: "||", omittingEmptySubsequences: false) {
            switch all(of: alternative, labels) {
            case true?: return true
            case nil: result = nil
            case false?: break
            }
        }
        return result
    }

    private static func all(of text: Substring, _ labels: [String: String]) -> Bool? {
        var result: Bool? = true
        for term in text.split(separator: "&&", omittingEmptySubsequences: false) {
            switch holds(trimmed(term), labels) {
            case false?: return false
            case nil: result = nil
            case true?: break
            }
        }
        return result
    }

    private static func holds(_ term: Substring, _ labels: [String: String]) -> Bool? {
        if term == "all()" { return true }
        if term.hasPrefix("!") { return holds(trimmed(term.dropFirst()), labels).map { !$0 } }
        if term.hasPrefix("has("), term.hasSuffix(")") {
            let key = trimmed(term.dropFirst(4).dropLast())
            return isKey(key) ? labels[String(key)] != nil : nil
        }
        for (mark, isEqual) in [("==", true), ("!=", false)] {
            let sides = term.split(separator: mark, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let key = trimmed(sides[0])
            guard isKey(key), let value = unquoted(trimmed(sides[1])) else { return nil }
            return (labels[String(key)] == value) == isEqual
        }
        return nil
    }

    private static func isKey(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "-_./".utf8.contains(byte)
            }
    }

    private static func unquoted(_ text: Substring) -> String? {
        guard text.count >= 2, let first = text.first, first == "'" || first == "\"", text.last == first else {
            return nil
        }
        let inner = text.dropFirst().dropLast()
        return inner.contains(first) ? nil : String(inner)
    }
}

/// A text without blanks at its ends.
func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
}
