import Correlation
import Terminal

extension LogLine {
    /// The line for the log pane: only the word that tells how bad it is has a colour, so that a long log stays calm and
    /// what matters stands out. A line without such a word gets one where it needs a look.
    var line: TextLine {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        if let index = words.firstIndex(where: { LogLine.role(of: $0) != nil }),
            let role = LogLine.role(of: words[index])
        {
            let before = words[..<index].map { $0 + " " }.joined()
            let after = words[(index + 1)...].map { " " + $0 }.joined()
            return [TextSpan(before), TextSpan(String(words[index]), role), TextSpan(after)].filter { !$0.text.isEmpty }
        }
        switch level {
        case .info: return [TextSpan(text)]
        case .warning: return [TextSpan("warning:", .statusWarn), TextSpan(" " + text)]
        case .error: return [TextSpan("error:", .statusCritical), TextSpan(" " + text)]
        }
    }

    /// How a word looks that says how bad something is; nil for any other.
    private static func role(of word: Substring) -> Role? {
        let isLevel = word.last == ":"
        let bare = String(isLevel ? word.dropLast() : word)
        return isLevel ? levels[bare] ?? states[bare] : states[bare]
    }

    private static let levels: [String: Role] = [
        "\(Severity.critical)": .statusCritical, "\(Severity.warning)": .statusWarn, "\(Severity.note)": .textDim,
        "cleared": .statusOk,
    ]

    private static let states: [String: Role] = Dictionary(
        SessionVerdict.allCases.map {
            let span = Wording.verdict($0)
            return (span.text, span.role)
        }, uniquingKeysWith: { first, _ in first })
}
