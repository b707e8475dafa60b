/// Guesses what a misspelt word was meant to be.
public enum Suggestion {
    /// The nearest of the known words, nil where none is near: at most two letters changed, added, left out or
    /// swapped, and at most a third of the word.
    public static func nearest(to word: String, in known: [String]) -> String? {
        let limit = min(2, max(1, word.count / 3))
        return known.map { ($0, distance(word.lowercased(), $0)) }
            .filter { $0.1 <= limit }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// The number of edits between two words; a swap of neighbors is one.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8.prefix(64))
        let b = Array(b.utf8.prefix(64))
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
