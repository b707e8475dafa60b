/// A filter as typed: words that must all match.
///
/// A word is a substring (case counts only where the word has a capital letter), `key:value` compares one field, `!`
/// before either turns it around: `rack:2 state:!up frontend !node-3`. Where a row has several values of a key, such as
/// the states of its two sessions, `state:!up` asks for one that is not up, `!state:up` for none that is.
public struct RowFilter: Sendable, Hashable {
    private struct Term: Sendable, Hashable {
        var key: String?
        var value: String
        var isInverse: Bool
        var isValueInverse: Bool
    }

    /// The text as typed.
    public let text: String
    private let terms: [Term]

    /// A filter from what was typed.
    public init(_ text: String) {
        self.text = text
        terms = text.split(whereSeparator: \.isWhitespace).compactMap { word in
            var word = word
            func takeBang() -> Bool {
                guard word.first == "!" else { return false }
                word = word.dropFirst()
                return true
            }
            let isInverse = takeBang()
            var isValueInverse = false
            var key: String?
            if let colon = word.firstIndex(of: ":"), colon != word.startIndex,
                word[..<colon].allSatisfy({ $0.isLetter || $0 == "-" })
            {
                key = word[..<colon].lowercased()
                word = word[word.index(after: colon)...]
                isValueInverse = takeBang()
            }
            guard !word.isEmpty else { return nil }
            return Term(key: key, value: String(word), isInverse: isInverse, isValueInverse: isValueInverse)
        }
    }

    /// Whether everything passes.
    public var isEmpty: Bool { terms.isEmpty }

    /// Whether a row passes, given its whole text and its fields, each made only when needed.
    func matches(text: () -> String, words: () -> [(key: String, value: String)]) -> Bool {
        var whole: String?
        return terms.allSatisfy { term in
            let found: Bool
            if let key = term.key {
                let fields = words().filter { $0.key.hasPrefix(key) }
                found = fields.contains { RowFilter.contains($0.value, term.value) != term.isValueInverse }
            } else {
                let line = whole ?? text()
                whole = line
                found = RowFilter.contains(line, term.value)
            }
            return found != term.isInverse
        }
    }

    /// Whether the text holds the needle; smart case.
    static func contains(_ text: String, _ needle: String) -> Bool {
        needle.contains(where: \.isUppercase) ? text.contains(needle) : text.lowercased().contains(needle)
    }
}
