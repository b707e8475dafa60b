/// How well a few typed letters match a text in which they appear in order.
public struct FuzzyMatch: Hashable, Sendable {
    /// Greater is better: letters in a row and at the beginning of words count most.
    public let score: Int
    /// The characters of the text that matched, by index.
    public let positions: [Int]

    /// The best match of `pattern` in `text`, letter case ignored; nil where the letters do not all appear in order.
    ///
    /// An empty pattern matches everything with score 0.
    public init?(_ pattern: String, in text: String) {
        let wanted = Array(pattern.lowercased().filter { $0 != " " })
        let characters = Array(text)
        let lower = characters.map { $0.lowercased().first ?? $0 }
        guard let first = wanted.first else {
            (score, positions) = (0, [])
            return
        }
        let candidates = lower.indices.filter { lower[$0] == first }.compactMap { start in
            Self.positions(of: wanted, in: lower, from: start)
        }
        let scored = candidates.map { ($0, Self.score($0, in: characters)) }
        guard let best = scored.max(by: { $0.1 < $1.1 }) else { return nil }
        (positions, score) = best
    }

    private static func positions(of wanted: [Character], in lower: [Character], from start: Int) -> [Int]? {
        var found: [Int] = []
        var index = start
        for character in wanted {
            guard let next = lower[index...].firstIndex(of: character) else { return nil }
            found.append(next)
            index = next + 1
        }
        return found
    }

    private static func score(_ positions: [Int], in characters: [Character]) -> Int {
        var score = 0
        for (place, position) in positions.enumerated() {
            let startsWord = position == 0 || !(characters[position - 1].isLetter || characters[position - 1].isNumber)
            let follows = place > 0 && positions[place - 1] == position - 1
            score += (startsWord ? 8 : 0) + (follows ? 5 : 0) + 1
        }
        return score * 4 - (positions.last ?? 0) - characters.count / 8
    }
}
