/// A line of BIRD's answer after the wire form is taken off: control socket, `birdcl`, `birdcl -v`.
struct BIRDLine {
    /// The reply code that holds for the line, nil where the answer has no codes.
    let code: Int?
    /// Whether the text began in the first column of BIRD's own layout.
    let isFlush: Bool
    /// The text, without code and indentation.
    let text: ByteText
    /// The line as it stands in the input.
    let line: CapturedLine
}

/// What every line of an answer is, whatever the command.
enum BIRDWireLine {
    /// A line of the command's own output.
    case content(BIRDLine)
    /// An error reply: `nosuch is not a protocol`. A truthful empty answer is one too (`Network not in table`).
    case failure(String, isEmptyAnswer: Bool, CapturedLine)
    /// `BIRD v0.3.3+birdv1.6.8 ready.`, with the version.
    case greeting(ByteText)
    /// Prompts, echoed commands, empty lines, `Access restricted`, log lines, the words of kubectl.
    case noise
    /// Too long to be a line of BIRD.
    case tooLong(CapturedLine)
}

/// Reads the three wire forms of BIRD's answers (reply codes: doc/reply_codes of BIRD).
struct BIRDWire {
    private var lines: CapturedLines
    private var code: Int?

    init(_ input: UnsafeBufferPointer<UInt8>) { lines = CapturedLines(input) }

    /// The next line, nil at the end.
    mutating func next() -> BIRDWireLine? {
        guard let line = lines.next() else { return nil }
        guard line.text.count <= CapturedLines.longest else { return .tooLong(line) }
        var text = line.text
        if text.first == UInt8(ascii: "b") { text = BIRDWire.withoutPrompt(text) }
        if text.isEmpty || text.first == UInt8(ascii: "+") { return .noise }
        var isFlush = !ByteText.isBlank(text.first ?? 0)
        var isEnd = false
        if let found = BIRDWire.code(of: text) {
            code = found
            isEnd = text[4] != UInt8(ascii: "-")
            text = text.dropFirst(5)
            isFlush = !ByteText.isBlank(text.first ?? 0x20)
        } else if code != nil, !isFlush {
            // A continuation has one blank on the socket and five from `birdcl -v`; a blank prefix column is wider.
            let blanks = text.leadingBlanks
            isFlush = (1...5).contains(blanks) && text[blanks] != 0x09
        }
        if let code, BIRDWire.detailCodes.contains(code) { isFlush = false }
        let content = BIRDLine(code: code, isFlush: isFlush, text: text.trimmed, line: line)
        if isEnd { code = nil }
        return content.text.isEmpty ? .noise : BIRDWire.classify(content)
    }

    /// Protocol details, route details, extended attributes: their indentation is part of the layout.
    private static let detailCodes = [1006, 1008, 1012]

    /// Nothing to show: no such network, no such protocol, or a protocol that is down and so exports nothing.
    private static let emptyCodes = [8001, 8003, 8005]

    private static func classify(_ line: BIRDLine) -> BIRDWireLine {
        guard line.isFlush else { return .content(line) }
        let text = line.text
        if text.hasPrefix("BIRD "), text.hasSuffix(" ready.") {
            return .greeting(text.dropFirst(5).prefix(text.count - 12))
        }
        if isNoise(text) { return .noise }
        if let code = line.code, code >= 8000 {
            return .failure(text.squeezed, isEmptyAnswer: emptyCodes.contains(code), line.line)
        }
        return failure(line) ?? .content(line)
    }

    /// Error replies where no code tells them: `birdcl` without `-v`.
    private static func failure(_ line: BIRDLine) -> BIRDWireLine? {
        let text = line.text
        if text.equals("Network not in table") || text.equals("No protocols match") || text.equals("Protocol is down") {
            return .failure(text.squeezed, isEmptyAnswer: true, line.line)
        }
        let known =
            text.hasSuffix(" is not a protocol") || text.hasSuffix(" is not a table") || text.hasSuffix("syntax error")
            || text.hasPrefix("syntax error") || text.equals("Access denied")
            || text.hasPrefix("No such command.") || text.hasPrefix("Unable to connect to server control socket")
            || text.hasPrefix("Connection closed by server") || text.hasPrefix("Error from server")
            || text.hasPrefix("error: ") || text.hasPrefix("The connection to the server")
        return known ? .failure(text.squeezed, isEmptyAnswer: false, line.line) : nil
    }

    private static func isNoise(_ text: ByteText) -> Bool {
        text.equals("Access restricted") || text.hasPrefix("Defaulted container ")
            || text.hasPrefix("command terminated with exit code ") || isDecoration(text) || isEcho(text)
    }

    /// What people put between the outputs of several nodes, and what a pager leaves.
    static func isDecoration(_ text: ByteText) -> Bool {
        text.first == UInt8(ascii: "#") || text.hasPrefix("===") || text.hasPrefix("---") || text.hasPrefix(">>>")
            || text.equals(":") || text.equals("(END)")
    }

    /// A command as typed: `show route`, or a shell line with `birdcl` in it.
    private static func isEcho(_ text: ByteText) -> Bool {
        if text.hasPrefix("show ") { return !isProtocolHeading(text) }
        guard text.contains("birdc") else { return false }
        return text.contains("birdcl ") || text.contains("birdcl6 ") || text.contains("birdc ")
    }

    /// The code of a reply line (`1007-…`, `0000 `), nil where it has none.
    static func code(of text: ByteText) -> Int? {
        guard text.count >= 4, let code = text.prefix(4).number else { return nil }
        // Blanks at the end are cut, so the empty last line `0000 ` has four characters.
        guard let mark = text[4] else { return code }
        return mark == UInt8(ascii: "-") || mark == 0x20 ? code : nil
    }

    /// The text behind a reply code and a prompt.
    static func uncoded(_ text: ByteText) -> ByteText {
        let text = withoutPrompt(text)
        return code(of: text) == nil ? text : text.dropFirst(5).trimmed
    }

    private static func withoutPrompt(_ text: ByteText) -> ByteText {
        var text = text
        while text.hasPrefix("bird>") || text.hasPrefix("birdcl>") {
            text = text.dropFirst((text.offset(of: UInt8(ascii: ">")) ?? 0) + 1)
            if text.first == 0x20 { text = text.dropFirst(1) }
        }
        return text
    }

    /// The heading of `show protocols`: BIRD 1 in lower case, BIRD 2 and 3 capitalised.
    static func isProtocolHeading(_ text: ByteText) -> Bool {
        var rest = text
        guard rest.hasPrefix(ignoringCase: "name"), let name = rest.nextWord(), name.count == 4,
            let proto = rest.nextWord(), proto.equals(ignoringCase: "proto"),
            let table = rest.nextWord(), table.equals(ignoringCase: "table")
        else { return false }
        return rest.nextWord()?.equals(ignoringCase: "state") == true
    }
}
