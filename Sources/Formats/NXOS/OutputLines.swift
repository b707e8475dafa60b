/// Walks an output of NX-OS line by line, as a person saw it: cleaned, with banners, rules and prompts told apart.
///
/// For outputs of some thousand lines; the summary and the route tables have quicker ways of their own.
struct OutputLines {
    /// A line of an output.
    struct Line {
        /// Counted from 1.
        var number: Int
        /// Without blanks at its ends.
        var range: Range<Int>
    }

    private let input: ByteView
    private var cleaned = TerminalLine()
    /// Banners and prompts so far.
    private(set) var transcript = Transcript()
    /// What could not be placed.
    var log = DiagnosticLog()
    /// The lines read so far.
    private(set) var number = 0

    init(_ input: ByteView) { self.input = input }

    /// Calls with each line of content; a line that it does not place, and answers false for, is told.
    ///
    /// - Parameter wanted: the command, for the words of a diagnostic.
    mutating func walk(wanted: StaticString, _ place: (ByteView, Line, Transcript) -> Bool) {
        var position = input.count >= 3 && input[0] == 0xef && input[1] == 0xbb && input[2] == 0xbf ? 3 : 0
        if let name = ForeignOutput.name(head: input) {
            return log.refuse(line: 1, "this is \(name), not NX-OS '\(wanted)'; nothing was read from it", excerpt: "")
        }
        while position < input.count {
            number += 1
            let end = input.firstIndex(of: 0x0a, in: position..<input.count) ?? input.count
            let length = end - position
            cleaned.read(input, position..<min(end, position + SummaryParser.longestLine))
            position = end + 1
            guard length <= SummaryParser.longestLine else {
                log.add(
                    .warning, line: number, "a line of \(length) bytes is none of '\(wanted)'",
                    excerpt: excerpt(cleaned.bytes))
                continue
            }
            withView(cleaned.bytes, { read($0, wanted, place) }, empty: ())
        }
    }

    private mutating func read(
        _ view: ByteView, _ wanted: StaticString, _ place: (ByteView, Line, Transcript) -> Bool
    ) {
        let range = view.trimmed(view.range)
        guard transcript.read(view, range) == .content else { return }
        if place(view, Line(number: number, range: range), transcript) { return }
        let text = excerpt(view.buffer(range))
        if view.starts(range, "Unknown vrf") || view.starts(range, "Unknown VRF") {
            log.add(.warning, line: number, "BGP does not run in this VRF", excerpt: text)
        } else if view.starts(range, "%") {
            log.add(.warning, line: number, "the device answered with an error", excerpt: text)
        } else {
            log.add(.warning, line: number, "not a line of '\(wanted)'", excerpt: text)
        }
    }

    /// The diagnostics; an output in which nothing was recognised is an error.
    mutating func finish(found: Bool, wanted: StaticString) -> [Diagnostic] {
        let diagnostics = log.finish()
        if found || diagnostics.contains(where: { $0.severity == .error }) { return diagnostics }
        log.refuse(line: max(1, number), "nothing that NX-OS '\(wanted)' prints was found", excerpt: "")
        return log.finish()
    }
}
