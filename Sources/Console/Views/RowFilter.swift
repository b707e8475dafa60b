import Fabric
import Terminal

/// A filter as typed: words that must all match.
///
/// - `text` is looked for in every field of a row (case counts only where the word has a capital letter);
/// - `~text` asks for its letters in this order, with anything between;
/// - `key:value` compares one field, `key:=value` asks for exactly that value;
/// - `prefix:10.1.2.3` is the longest match: of each leaf the most specific prefix that holds the address;
///   `prefix:10.1.0.0/16` what lies inside;
/// - `!` before any of them turns it around. Where a row has several values of a key, such as the states of its two
///   sessions, `state:!up` asks for one that is not up, `!state:up` for none that is.
public struct RowFilter: Sendable, Hashable {
    /// How a value is compared.
    enum Test: Sendable, Hashable {
        case contains(Needle)
        case equals(Needle)
        case fuzzy(String)
        case holds(IPAddress)
        case inside(IPPrefix)
    }

    /// One word of the filter.
    struct Term: Sendable, Hashable {
        var key: String?
        var test: Test
        var isInverse: Bool
        var isValueInverse: Bool
    }

    /// The text as typed.
    public let text: String
    let terms: [Term]

    /// A filter from what was typed.
    public init(_ text: String) {
        self.text = text
        terms = text.split(whereSeparator: \.isWhitespace).compactMap { RowFilter.term($0) }
    }

    /// Whether everything passes.
    public var isEmpty: Bool { terms.isEmpty }

    /// The keys that are asked for.
    var keys: [String] { terms.compactMap(\.key) }

    /// The addresses whose longest match is asked for.
    var addresses: [IPAddress] {
        terms.compactMap { if case .holds(let address) = $0.test { address } else { nil } }
    }

    /// Whether a row passes.
    ///
    /// - Parameters:
    ///   - words: the row's fields by key.
    ///   - prefix: the prefix that the row is about.
    ///   - longest: for an address the length of its longest match among the rows of this one's leaf.
    func matches(
        words: [(key: String, value: String)], prefix: IPPrefix? = nil, longest: (IPAddress) -> Int? = { _ in nil }
    ) -> Bool {
        terms.allSatisfy { term in
            let isFound: Bool
            switch term.test {
            case .holds(let address):
                isFound = prefix.map { $0.contains(address) && Int($0.length) == longest(address) } ?? false
            case .inside(let range):
                isFound = prefix.map(range.contains) ?? false
            default:
                isFound = words.contains { word in
                    (term.key == nil || word.key.hasPrefix(term.key ?? ""))
                        && RowFilter.passes(word.value, term.test) != term.isValueInverse
                }
                return isFound != term.isInverse
            }
            return isFound != (term.isInverse != term.isValueInverse)
        }
    }

    private static func passes(_ value: String, _ test: Test) -> Bool {
        switch test {
        case .contains(let needle): needle.isIn(value)
        case .equals(let needle): needle.equals(value)
        case .fuzzy(let pattern): FuzzyMatch(pattern, in: value) != nil
        case .holds, .inside: false
        }
    }

    private static func term(_ typed: Substring) -> Term? {
        var word = typed
        func takes(_ sign: Character) -> Bool {
            guard word.first == sign else { return false }
            word = word.dropFirst()
            return true
        }
        let isInverse = takes("!")
        if takes("~") {
            return word.isEmpty
                ? nil : Term(key: nil, test: .fuzzy(String(word)), isInverse: isInverse, isValueInverse: false)
        }
        guard let key = key(of: word) else {
            return word.isEmpty
                ? nil
                : Term(key: nil, test: .contains(Needle(String(word))), isInverse: isInverse, isValueInverse: false)
        }
        word = word[word.index(word.startIndex, offsetBy: key.count + 1)...]
        let isValueInverse = takes("!")
        let isExact = takes("=")
        guard !word.isEmpty else { return nil }
        let known = aliases[key.lowercased()] ?? key.lowercased()
        // A leaf is known by its number everywhere, so that leaf:leaf-104 is leaf:104.
        if known == "leaf", let number = word.lastIndex(where: { !$0.isNumber }), word.last?.isNumber == true {
            word = word[word.index(after: number)...]
        }
        return Term(
            key: known, test: test(String(word), isExact: isExact, isPrefix: known == "prefix"), isInverse: isInverse,
            isValueInverse: isValueInverse)
    }

    private static func key(of word: Substring) -> Substring? {
        guard let colon = word.firstIndex(of: ":"), colon != word.startIndex,
            word[..<colon].allSatisfy({ $0.isLetter || $0 == "-" })
        else { return nil }
        return word[..<colon]
    }

    private static func test(_ value: String, isExact: Bool, isPrefix: Bool) -> Test {
        if isPrefix {
            if let address = IPAddress(value) { return .holds(address) }
            if !isExact, value.contains("/"), let prefix = IPPrefix(value) { return .inside(prefix) }
        }
        return isExact ? .equals(Needle(value)) : .contains(Needle(value))
    }

    /// Other words for keys.
    private static let aliases = ["svc": "service", "asn": "as", "verdict": "state", "ip": "address"]
}
