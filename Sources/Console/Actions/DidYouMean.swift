import Design

/// The nearest known word to one that is not known.
enum DidYouMean {
    /// `; did you mean 'filter'?`, or nil where nothing is near.
    static func text(_ word: String, in known: [String]) -> String? {
        nearest(to: word, in: known).map { "; did you mean '\($0)'?" }
    }

    /// The known word that a mistyped one was meant to be.
    static func nearest(to word: String, in known: [String]) -> String? {
        Suggestion.nearest(to: word, in: known)
    }
}
