/// Guesses what a misspelt name was meant to be.
enum NearWord {
    /// The nearest known name, nil where none is near: at most three letters more or less, and no more than a third.
    static func nearest(to word: String, in known: [String]) -> String? {
        let letters = Array(word.lowercased().utf8.prefix(64))
        return known.map { (name: $0, distance: Array($0.utf8).difference(from: letters).count) }
            .filter { $0.distance <= min(3, max(1, letters.count / 3)) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }
}
