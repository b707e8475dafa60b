/// Collects diagnostics: the first 200, then one that counts the rest.
struct DiagnosticList {
    /// How many are kept one by one.
    static let limit = 200

    private var kept: [Diagnostic] = []
    private var dropped = 0
    private var firstDropped = 0
    private var worst = Diagnostic.Severity.note

    /// Adds a diagnostic about a line of the input.
    mutating func add(_ severity: Diagnostic.Severity, _ line: CapturedLine, _ message: String) {
        guard kept.count < DiagnosticList.limit else { return count(severity, line.number) }
        kept.append(
            Diagnostic(
                severity: severity, line: line.number, message: message, excerpt: DiagnosticList.excerpt(line.text)))
    }

    /// Adds a diagnostic that has its text at hand.
    mutating func add(_ severity: Diagnostic.Severity, line: Int, _ message: String, excerpt: String = "") {
        guard kept.count < DiagnosticList.limit else { return count(severity, line) }
        let cut = ByteText.sanitised(String(decoding: excerpt.utf8.prefix(120), as: UTF8.self))
        kept.append(Diagnostic(severity: severity, line: line, message: message, excerpt: cut))
    }

    private mutating func count(_ severity: Diagnostic.Severity, _ line: Int) {
        if dropped == 0 { firstDropped = line }
        dropped += 1
        if severity == .error || worst == .note { worst = severity }
    }

    /// All that was collected.
    var all: [Diagnostic] {
        guard dropped > 0 else { return kept }
        let rest = Diagnostic(
            severity: worst, line: firstDropped, message: "\(dropped) more diagnostics from this line on", excerpt: "")
        return kept + [rest]
    }

    /// Two lists as one, in the order of the lines.
    static func merged(_ first: [Diagnostic], _ second: [Diagnostic]) -> [Diagnostic] {
        if second.isEmpty { return first }
        if first.isEmpty { return second }
        var list = DiagnosticList()
        for diagnostic in (first + second).sorted(by: { $0.line < $1.line }) {
            guard list.kept.count < limit else {
                list.count(diagnostic.severity, diagnostic.line)
                continue
            }
            list.kept.append(diagnostic)
        }
        return list.all
    }

    /// The line's text for a diagnostic: at most 120 bytes, blanks at the ends removed.
    static func excerpt(_ text: ByteText) -> String { text.trimmed.prefix(120).string }
}
