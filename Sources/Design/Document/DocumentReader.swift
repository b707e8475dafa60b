/// Reads a YAML document strictly: every value is checked against what is expected at its place, every unknown key is
/// named, and nothing is dropped without a word.
///
/// The reader collects diagnostics; a reading function returns nil where the value is not what it must be, after it
/// has said so.
public struct DocumentReader: Sendable {
    /// The file's name for messages.
    public let file: String
    /// What was found wrong so far, in the order of reading.
    public private(set) var diagnostics: [DocumentDiagnostic] = []
    /// Whether what would be an error counts as a warning: in parts of a file whose default can be kept.
    public var isLenient = false

    /// A reader for a file.
    public init(file: String) { self.file = file }

    /// Notes an error, or a warning where the reader is lenient.
    public mutating func error(at mark: DocumentMark, _ message: String) {
        note(isLenient ? .warning : .error, at: mark, message)
    }

    /// Notes a warning.
    public mutating func warn(at mark: DocumentMark, _ message: String) { note(.warning, at: mark, message) }

    /// Takes over what another reader found, such as that of a plan that this file names.
    public mutating func adopt(_ others: [DocumentDiagnostic]) { diagnostics += others }

    private mutating func note(_ severity: DocumentDiagnostic.Severity, at mark: DocumentMark, _ message: String) {
        diagnostics.append(DocumentDiagnostic(file: file, mark: mark, severity: severity, message: message))
    }

    /// The fields of a mapping; names each key that is not known, with the nearest that is.
    ///
    /// `what` says what the mapping is, for messages: `a context`.
    public mutating func fields(
        of value: DocumentValue, _ what: String, known: [String], refused: [String: String] = [:]
    ) -> DocumentFields? {
        guard case .mapping(let entries) = value.content else {
            error(at: value.mark, "\(what) is written as a mapping (key: value), here stands \(value.kind)")
            return nil
        }
        for entry in entries where !known.contains(entry.key) {
            if let reason = refused[entry.key] {
                error(at: entry.mark, reason)
            } else if let nearest = Suggestion.nearest(to: entry.key, in: known) {
                warn(at: entry.mark, "unknown key '\(shown(entry.key))' in \(what); did you mean '\(nearest)'?")
            } else {
                let keys = known.sorted().joined(separator: ", ")
                warn(at: entry.mark, "unknown key '\(shown(entry.key))' in \(what); known are \(keys)")
            }
        }
        return DocumentFields(mark: value.mark, entries: entries)
    }

    /// A text that is not empty and has no control characters.
    public mutating func text(_ value: DocumentValue, _ what: String) -> String? {
        guard case .scalar(let text, _) = value.content else {
            error(at: value.mark, "\(what) is a text, here stands \(value.kind)")
            return nil
        }
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
            error(at: value.mark, "\(what) is empty or holds a control character")
            return nil
        }
        return text
    }

    /// The values of a list; a single value counts as a list of one where `acceptsOne` says so.
    public mutating func list(_ value: DocumentValue, _ what: String, acceptsOne: Bool = false) -> [DocumentValue]? {
        switch value.content {
        case .list(let values): return values
        case .scalar where acceptsOne: return [value]
        default:
            error(at: value.mark, "\(what) is a list, here stands \(value.kind)")
            return nil
        }
    }

    /// A whole number within bounds.
    public mutating func integer(_ value: DocumentValue, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(value, what) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            error(
                at: value.mark,
                "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound), not '\(shown(text))'")
            return nil
        }
        return number
    }

    /// `true` or `false`.
    public mutating func boolean(_ value: DocumentValue, _ what: String) -> Bool? {
        guard let text = text(value, what) else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default:
            error(at: value.mark, "\(what) is true or false, not '\(shown(text))'")
            return nil
        }
    }

    /// The nearest of some known words to a misspelt one, for "did you mean"; nil where none is near.
    public func nearest(to word: String, in known: some Sequence<String>) -> String? {
        Suggestion.nearest(to: word, in: Array(known))
    }

    /// A text from outside as messages show it: cut, and without characters that a terminal could obey.
    public func shown(_ text: String) -> String {
        let safe = text.unicodeScalars.prefix(60).map { $0.value < 32 || (127...159).contains($0.value) ? "·" : $0 }
        var result = ""
        result.unicodeScalars.append(contentsOf: safe)
        return text.unicodeScalars.count > 60 ? result + "…" : result
    }
}

/// The fields of one mapping.
public struct DocumentFields: Hashable, Sendable {
    /// Where the mapping begins.
    public var mark: DocumentMark
    private let values: [String: DocumentValue]
    private let marks: [String: DocumentMark]

    init(mark: DocumentMark, entries: [DocumentEntry]) {
        self.mark = mark
        values = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
        marks = Dictionary(entries.map { ($0.key, $0.mark) }) { first, _ in first }
    }

    /// The value of a key; nil where the key is absent or has no value.
    public subscript(key: String) -> DocumentValue? {
        values[key].flatMap { $0.content == .null ? nil : $0 }
    }

    /// Where a key stands; the mapping's beginning where it is absent.
    public func mark(of key: String) -> DocumentMark { marks[key] ?? mark }
}
