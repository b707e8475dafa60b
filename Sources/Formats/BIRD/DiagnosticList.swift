/// Collects the diagnostics of the Calico side: lines of captures with their numbers, over the parsers' common log.
struct DiagnosticList {
    private var log = DiagnosticLog()

    /// Adds a diagnostic about a line of the input.
    mutating func add(_ severity: Diagnostic.Severity, _ line: CapturedLine, _ message: String) {
        log.add(severity, line: line.number, message, excerpt: excerpt(line.text.buffer))
    }

    /// Adds a diagnostic that has its text at hand.
    mutating func add(_ severity: Diagnostic.Severity, line: Int, _ message: String, excerpt text: String = "") {
        log.add(severity, line: line, message, excerpt: excerpt(text.utf8))
    }

    /// All that was collected.
    var all: [Diagnostic] { log.finish() }

    /// Two lists as one, in the order of the lines.
    static func merged(_ first: [Diagnostic], _ second: [Diagnostic]) -> [Diagnostic] {
        if second.isEmpty { return first }
        if first.isEmpty { return second }
        var log = DiagnosticLog()
        for entry in first + second {
            log.add(entry.severity, line: entry.line, column: entry.column, entry.message, excerpt: entry.excerpt)
        }
        return log.finish()
    }
}
