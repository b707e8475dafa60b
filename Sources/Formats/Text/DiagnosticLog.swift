/// Collects a parser's diagnostics: the first 200, and the number of the rest.
struct DiagnosticLog {
    private var entries: [Diagnostic] = []
    private var dropped = 0
    private var worstDropped = Diagnostic.Severity.note
    private var firstDroppedLine = 0

    /// How many are kept.
    static let limit = 200

    /// Whether further entries only count.
    var isFull: Bool { entries.count >= DiagnosticLog.limit }

    /// Adds an entry; the texts are only made if it is kept.
    mutating func add(
        _ severity: Diagnostic.Severity, line: Int, column: Int? = nil, _ message: @autoclosure () -> String,
        excerpt: @autoclosure () -> String = ""
    ) {
        guard isFull else {
            entries.append(
                Diagnostic(severity: severity, line: line, column: column, message: message(), excerpt: excerpt()))
            return
        }
        if dropped == 0 { firstDroppedLine = line }
        if rank(severity) > rank(worstDropped) { worstDropped = severity }
        dropped += 1
    }

    /// Forgets everything else: the input as a whole is refused.
    mutating func refuse(line: Int, _ message: String, excerpt: String) {
        self = DiagnosticLog()
        add(.error, line: line, message, excerpt: excerpt)
    }

    /// The diagnostics in the order of the input, and one that counts what was dropped.
    func finish() -> [Diagnostic] {
        var result = entries.enumerated().sorted { a, b in
            (a.element.line, a.offset) < (b.element.line, b.offset)
        }.map(\.element)
        if dropped > 0 {
            let message = "\(dropped) more diagnostics, not shown"
            result.append(
                Diagnostic(severity: worstDropped, line: firstDroppedLine, message: message, excerpt: ""))
        }
        return result
    }

    private func rank(_ severity: Diagnostic.Severity) -> Int {
        switch severity {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }
}

/// A line's text for a diagnostic: control characters as `·`, at most 120 bytes, blanks at the ends removed.
func excerpt(_ bytes: some Collection<UInt8>) -> String {
    let head = bytes.drop { $0 == 0x20 || $0 == 0x09 }.prefix(120)
    var result = ""
    for scalar in String(decoding: head, as: UTF8.self).unicodeScalars {
        let shown: Unicode.Scalar = isUnprintable(scalar) ? "·" : scalar
        guard result.utf8.count + UTF8.width(shown) <= 120 else { break }
        result.unicodeScalars.append(shown)
    }
    while result.last == " " { result.removeLast() }
    return result
}

/// Controls, what reorders text, and what has no width or a line of its own.
private func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}
