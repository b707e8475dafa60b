/// A reply of BIRD's control socket: lines with their codes; the last line ends it.
struct BIRDReply: Sendable, Hashable {
    struct Line: Sendable, Hashable {
        var code: Int
        var text: String
    }

    var lines: [Line]

    init(_ lines: [Line]) { self.lines = lines }

    /// A reply of one line.
    init(_ code: Int, _ text: String) { lines = [Line(code: code, text: text)] }

    /// The bytes on the socket: `NNNN-text`, a blank for the code of the line before, `NNNN text` at the end.
    var wire: String {
        render(continuation: " ", hidesEnd: false)
    }

    /// What `birdcl -v` prints: five blanks for the code of the line before, and no `0000`.
    var verbose: String {
        render(continuation: "     ", hidesEnd: true)
    }

    /// What `birdcl` prints.
    var plain: String {
        lines.filter { $0.code != 0 }.map { $0.text + "\n" }.joined()
    }

    private func render(continuation: String, hidesEnd: Bool) -> String {
        var text = ""
        var former: Int?
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            if isLast {
                if line.code != 0 || !hidesEnd { text += BIRDReply.digits(line.code) + " " + line.text + "\n" }
            } else if former == line.code {
                text += continuation + line.text + "\n"
            } else {
                text += BIRDReply.digits(line.code) + "-" + line.text + "\n"
            }
            former = line.code
        }
        return text
    }

    private static func digits(_ code: Int) -> String {
        let text = String(code)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}
