import Fabric

/// Reads the output of `show ip bgp summary` of one or many leaves, VRFs and families.
///
/// A row in the usual shape is read straight from the input; every other line is cleaned of what the terminal acted
/// on and read by tokens.
struct SummaryParser {
    let input: ByteView
    var columns = SummaryColumns()
    var log = DiagnosticLog()
    var transcript = Transcript()
    var line = TerminalLine()
    var number = 0
    /// A row that goes on in the next line.
    var held: HeldRow?
    /// Whether the lines belong to a table of another shape.
    var inOtherTable = false
    /// Whether anything of this command was recognised.
    var sawOutput = false
    /// The output of the transcript that the last table belongs to.
    var tableOutput = -1
    /// The line of the last row that was read by tokens.
    var lastRowLine = 0
    var isRefused = false
    let usesFastPath: Bool

    /// The beginning of a row, as cleaned bytes, and the line it began in.
    struct HeldRow {
        var bytes: [UInt8]
        var line: Int
        var lines = 1
        /// The row that it is if nothing follows.
        var isComplete = false
    }

    /// Longer lines are no rows.
    static let longestLine = 8192

    init(_ input: ByteView, usesFastPath: Bool = true) {
        self.input = input
        self.usesFastPath = usesFastPath
    }

    mutating func run() -> Parsed<SummaryColumns> {
        columns.rows.reserveCapacity(input.count / 72)
        var position = input.count >= 3 && input[0] == 0xef && input[1] == 0xbb && input[2] == 0xbf ? 3 : 0
        if let name = ForeignOutput.name(head: input) { refuse(1, name, "") }
        while position < input.count, !isRefused {
            if usesFastPath, held == nil, let next = fastRow(position) {
                number += 1
                position = next
                continue
            }
            number += 1
            let end = input.firstIndex(of: 0x0a, in: position..<input.count) ?? input.count
            readSlow(position..<end)
            position = end + 1
        }
        dropHeld()
        if !sawOutput, columns.rows.isEmpty, !isRefused { reportNothing() }
        return Parsed(columns, diagnostics: log.finish())
    }

    private mutating func reportNothing() {
        log.add(
            .error, line: max(1, number),
            "nothing that NX-OS 'show ip bgp summary' prints was found: neither its title nor a row of its table")
    }

    mutating func refuse(_ line: Int, _ name: String, _ excerpt: String) {
        isRefused = true
        held = nil
        columns = SummaryColumns()
        log.refuse(line: line, ForeignOutput.refusal(name, wanted: .summary), excerpt: excerpt)
    }

    /// Opens a table where the running one cannot take what comes.
    mutating func openTable(vrf: String? = nil, family: String? = nil) {
        tableOutput = transcript.output
        columns.tables.append(
            SummaryColumns.Table(
                node: transcript.node, nodeName: transcript.nodeName, vrf: vrf, family: family,
                firstRow: columns.rows.count))
    }

    mutating func ensureTable() {
        if columns.tables.isEmpty || tableOutput != transcript.output { openTable() }
    }

    /// Whether the running table has rows.
    var hasRows: Bool { columns.tables.last.map { $0.firstRow < columns.rows.count } ?? false }
}
