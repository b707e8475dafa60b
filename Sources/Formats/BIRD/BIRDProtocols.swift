/// The outputs of BIRD, the routing daemon of Calico's nodes: bytes in, values and diagnostics out.
///
/// Read are the plain text of `birdcl`, that of `birdcl -v` with reply codes, and the control socket's own bytes, of
/// BIRD 1.6 (all of Calico), 2 and 3. Prompts, echoed commands, a pager's marks and CR LF are read through.
public enum BIRD {}

/// One row of BIRD's `show protocols`.
public struct BIRDProtocol: Hashable, Sendable {
    /// The protocol's name: `Node_192_168_2_4`, `static1`.
    public var name: String
    /// What it speaks: `BGP`, `Static`, `Kernel`, `Device`, `Direct`.
    public var proto: String
    /// The table as printed, `---` where BIRD 2 prints that; nil where the column is empty.
    public var table: String?
    /// `up`, `start`, `wait` (graceful-restart recovery), `feed`, `stop`, `flush`, `down`.
    public var state: String
    /// SINCE as printed: `19:17:37`, `2026-11-22`, or both with one blank between.
    public var since: String
    /// INFO with runs of blanks as one; empty where nothing is printed, as for a disabled protocol.
    public var info: String

    /// A row from its parts.
    public init(name: String, proto: String, table: String?, state: String, since: String, info: String) {
        self.name = name
        self.proto = proto
        self.table = table
        self.state = state
        self.since = since
        self.info = info
    }
}

extension BIRD {
    /// Reads `show protocols` or `show protocols all`: every row, in the order of the output.
    ///
    /// Details of `all` are passed over. An error reply (`nosuch is not a protocol`) is an `.error` with its text, a
    /// truthful empty one (`No protocols match`) a note; another command's output is refused by name.
    public static func protocols(_ bytes: [UInt8]) -> Parsed<[BIRDProtocol]> {
        bytes.withUnsafeBufferPointer { protocols($0) }
    }

    /// Reads `show protocols` from borrowed bytes.
    public static func protocols(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[BIRDProtocol]> {
        var rows: [BIRDProtocol] = []
        let diagnostics = ProtocolLines.read(bytes) { event in
            if case .row(let row) = event { rows.append(row.value) }
        }
        return Parsed(rows, diagnostics: diagnostics)
    }
}

/// One row of `show protocols`, still as bytes.
struct ProtocolRow {
    let name: ByteText
    let proto: ByteText
    let table: ByteText?
    let state: ByteText
    let since: ByteText
    let info: ByteText
    let line: CapturedLine

    /// Splits a row on blanks; nil where the words are not those of a row.
    init?(_ text: ByteText, _ line: CapturedLine) {
        var rest = text
        guard let name = rest.nextWord(), let proto = rest.nextWord(), let third = rest.nextWord() else { return nil }
        let behindThird = rest
        guard let fourth = rest.nextWord() else { return nil }
        if ProtocolRow.isState(fourth) {
            table = third
            state = fourth
        } else if ProtocolRow.isState(third) {
            table = nil
            state = third
            rest = behindThird
        } else {
            return nil
        }
        guard let since = ProtocolRow.since(&rest) else { return nil }
        self.name = name
        self.proto = proto
        self.since = since
        info = rest.trimmed
        self.line = line
    }

    private static func isState(_ word: ByteText) -> Bool {
        word.equals("up") || word.equals("start") || word.equals("down") || word.equals("wait")
            || word.equals("feed") || word.equals("stop") || word.equals("flush")
    }

    /// A time, a date, or a date and a time (`timeformat … iso long`, and BIRD 2).
    private static func since(_ rest: inout ByteText) -> ByteText? {
        guard let first = rest.nextWord(), let byte = first.first, ByteText.isDigit(byte) else { return nil }
        if first.offset(of: UInt8(ascii: ":")) != nil { return first }
        guard first.offset(of: UInt8(ascii: "-")) != nil else { return nil }
        var ahead = rest
        guard let second = ahead.nextWord(), let digit = second.first, ByteText.isDigit(digit),
            second.offset(of: UInt8(ascii: ":")) == 2
        else { return first }
        rest = ahead
        return ByteText(first.base, first.start, second.end)
    }

    var isBGP: Bool { proto.equals("BGP") }

    var value: BIRDProtocol {
        BIRDProtocol(
            name: name.string, proto: proto.string, table: table?.string, state: state.string,
            since: since.squeezed, info: info.squeezed)
    }
}

/// Walks an answer to `show protocols` or `show protocols all`.
enum ProtocolLines {
    enum Event {
        case row(ProtocolRow)
        /// A line under the last row: `Neighbor AS:      64500`.
        case detail(BIRDLine)
    }

    /// Gives each row and detail to the body; what was not placed comes back.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void) -> [Diagnostic] {
        Replay.cleaned(bytes) { input in
            var walk = AnswerWalk(input, wanted: "BIRD's \"show protocols\"")
            var hasRow = false
            while let line = walk.next() {
                if BIRDWire.isProtocolHeading(line.text) {
                    walk.recognise()
                } else if line.isFlush, let row = ProtocolRow(line.text, line.line) {
                    walk.recognise()
                    hasRow = true
                    body(.row(row))
                } else if !line.isFlush, hasRow {
                    body(.detail(line))
                } else {
                    walk.unplaced(line.line, "not a row of \"show protocols\"")
                }
            }
            return walk.finish()
        }
    }
}

/// The frame of every parser of BIRD's answers: error replies, unplaced lines and the refusal of other outputs.
struct AnswerWalk {
    private let input: UnsafeBufferPointer<UInt8>
    private let wanted: String
    private var wire: BIRDWire
    private var diagnostics = DiagnosticList()
    private var isAnswer = false
    private var isRecognised = false
    private var hasUnplaced = false
    private(set) var version: String?

    init(_ input: UnsafeBufferPointer<UInt8>, wanted: String) {
        self.input = input
        self.wanted = wanted
        wire = BIRDWire(input)
    }

    /// The next line of the command's own output.
    mutating func next() -> BIRDLine? {
        while let line = wire.next() {
            switch line {
            case .content(let content): return content
            case .noise: continue
            case .greeting(let version):
                isAnswer = true
                self.version = version.string
            case .tooLong(let line): unplaced(line, "a line of \(line.text.count) bytes is no line of BIRD")
            case .failure(let text, let isEmptyAnswer, let line):
                isAnswer = true
                isRecognised = true
                diagnostics.add(isEmptyAnswer ? .note : .error, line, "BIRD answered: \(text)")
            }
        }
        return nil
    }

    /// The output is the command's own.
    mutating func recognise() { isRecognised = true }

    /// A line that the command does not print.
    mutating func unplaced(_ line: CapturedLine, _ message: String) {
        hasUnplaced = true
        diagnostics.add(.warning, line, message)
    }

    /// A line that was read, with something to say about it.
    mutating func note(_ line: CapturedLine, _ message: String) { diagnostics.add(.note, line, message) }

    /// All diagnostics. A greeting with nothing behind it is an empty answer; unknown text is refused by name.
    consuming func finish() -> [Diagnostic] {
        if isRecognised || (isAnswer && !hasUnplaced) { return diagnostics.all }
        var refusal = DiagnosticList()
        refusal.add(.error, line: 1, Recognition.complaint(input, wanted: wanted))
        return refusal.all
    }
}
