import Design
import Fabric

extension DocumentReader {
    /// One of a few words.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ value: DocumentValue, _ what: String, _ type: Word.Type
    ) -> Word? where Word.RawValue == String {
        guard let text = text(value, what) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let hint = nearest(to: text, in: words).map { "; did you mean '\($0)'?" } ?? ""
        error(at: value.mark, "\(what) is one of \(words.joined(separator: ", ")), not '\(shown(text))'\(hint)")
        return nil
    }

    /// A time: `5s`, `500ms`, `2m`, `1h`; a bare number is seconds.
    mutating func duration(_ value: DocumentValue, _ what: String) -> Duration? {
        guard let text = text(value, what) else { return nil }
        guard let found = Duration(words: text) else { return refuse(value, what, text) }
        return found
    }

    private mutating func refuse(_ value: DocumentValue, _ what: String, _ text: String) -> Duration? {
        error(at: value.mark, "\(what) is a time such as 5s, 500ms, 2m or 1h (a day at most), not '\(shown(text))'")
        return nil
    }
}
