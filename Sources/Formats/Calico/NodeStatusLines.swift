/// Walks the output of `calicoctl node status`.
struct NodeStatusLines {
    struct Result {
        var document = Calico.NodeStatusTables(running: nil, families: [])
        /// The input's line of each row, in the order of the document.
        var lines: [Int] = []
        var remarks: [String] = []
        var diagnostics: [Diagnostic] = []
    }

    private var result = Result()
    private var diagnostics = DiagnosticList()
    private var columns = TableColumns()
    /// Whether the next table row can continue the last one.
    private var isInTable = false
    private var isRecognised = false
    /// Lines before a status that are none of its own: banners, prompts.
    private var pending: [(line: Int, text: String)] = []
    private var pendingCount = 0

    static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Result {
        Replay.cleaned(bytes) { input in
            var walk = NodeStatusLines()
            var lines = CapturedLines(input)
            while let line = lines.next() { walk.take(line) }
            return walk.finish(input)
        }
    }

    private mutating func take(_ line: CapturedLine) {
        guard line.text.count <= CapturedLines.longest else {
            return diagnostics.add(.warning, line, "a line of \(line.text.count) bytes is no line of the table")
        }
        let text = line.text.trimmed
        guard let first = text.first else {
            isInTable = false
            return
        }
        if first == UInt8(ascii: "|") { return row(text, line) }
        if first == UInt8(ascii: "+"), text[1] == UInt8(ascii: "-") || text[1] == UInt8(ascii: "=") { return }
        isInTable = false
        if status(text) || section(text) || remark(text, line) {
            isRecognised = true
        } else if !isNoise(text) {
            unplaced(line)
        }
    }

    /// `Calico process is running.`, in old releases `calico-node container is running. Status: Up 2 hours`.
    private mutating func status(_ text: ByteText) -> Bool {
        guard text.contains(ignoringCase: "calico") else { return false }
        if text.contains(ignoringCase: "process is not running") || text.contains("container is not running") {
            result.document.running = false
            result.remarks.append("Calico process is not running.")
        } else if text.contains(ignoringCase: "calico process is running")
            || text.contains("calico-node container is running")
        {
            if result.document.running == nil { result.document.running = true }
        } else {
            return false
        }
        skipBanner()
        return true
    }

    /// `IPv4 BGP status`.
    private mutating func section(_ text: ByteText) -> Bool {
        guard text.hasPrefix(ignoringCase: "ipv"), text.count < 40, text.contains(ignoringCase: "bgp"),
            text.contains(ignoringCase: "status"), text[3] == UInt8(ascii: "4") || text[3] == UInt8(ascii: "6")
        else { return false }
        report()
        result.document.families.append(.init(family: text[3] == UInt8(ascii: "4") ? "ipv4" : "ipv6", peers: []))
        columns = TableColumns()
        return true
    }

    /// Sentences in the place of a table.
    private mutating func remark(_ text: ByteText, _ line: CapturedLine) -> Bool {
        if text.hasPrefix("No IPv"), text.contains("peers found") || text.contains("address configured") {
            result.remarks.append(text.squeezed)
        } else if let rest = text.behind("INFO: "), rest.hasPrefix("BIRDv") {
            result.remarks.append(rest.squeezed)
        } else if text.contains("BGP backend process") && text.contains("running.") {
            result.remarks.append(text.squeezed)
        } else if text.hasPrefix(ignoringCase: "error querying") {
            result.remarks.append(text.squeezed)
            unanswered(line, "BIRD could not be asked; the peers of this family are unknown")
        } else if text.hasPrefix(ignoringCase: "error executing command") {
            result.remarks.append(text.squeezed)
            unanswered(line, "calicoctl could not read BIRD's answer; ask birdcl instead")
        } else if text.contains(ignoringCase: "need super user privileges") {
            diagnostics.add(.error, line, "calicoctl node status must be run as root (sudo)")
        } else {
            return false
        }
        return true
    }

    private mutating func unanswered(_ line: CapturedLine, _ message: String) {
        diagnostics.add(.warning, line, message)
        if let last = result.document.families.indices.last, result.document.families[last].peers?.isEmpty == true {
            result.document.families[last].peers = nil
        }
    }

    private func isNoise(_ text: ByteText) -> Bool {
        if text.contains("calicoctl") && text.contains("status") || BIRDWire.isDecoration(text) { return true }
        // Releases of 2015 print `Running felix version 1.4.0` and `IP: 172.17.8.101    AS Number: 64511 (inherited)`.
        return text.hasPrefix("Running felix version") || (text.hasPrefix("IP: ") && text.contains("AS Number:"))
    }
}

// Rows
extension NodeStatusLines {
    private mutating func row(_ text: ByteText, _ line: CapturedLine) {
        let cells = TableColumns.split(text)
        if TableColumns.isHeading(cells) {
            isRecognised = true
            isInTable = false
            if let unknown = columns.read(cells) {
                diagnostics.add(.warning, line, "unknown column \"\(unknown)\"")
            }
            return
        }
        let peer = columns.peer(cells)
        if result.document.families.isEmpty, !peer.address.isEmpty { inferFamily(peer, line) }
        guard let last = result.document.families.indices.last, result.document.families[last].peers != nil else {
            return diagnostics.add(.warning, line, "a table row without a section")
        }
        guard peer.address.isEmpty else {
            isInTable = true
            isRecognised = true
            result.document.families[last].peers?.append(peer)
            return result.lines.append(line.number)
        }
        guard isInTable, let row = result.document.families[last].peers?.indices.last else {
            return diagnostics.add(.warning, line, "a continued row without a row above")
        }
        result.document.families[last].peers?[row].join(peer)
    }

    /// A table without its title has the family of its first address.
    private mutating func inferFamily(_ peer: Calico.NodeStatusTables.Peer, _ line: CapturedLine) {
        let family = peer.address.contains(":") ? "ipv6" : "ipv4"
        result.document.families.append(.init(family: family, peers: []))
        diagnostics.add(.note, line, "a table without a title, taken for \(family)")
    }

    /// Text before a status is a banner: one note for all of it.
    private mutating func skipBanner() {
        guard let first = pending.first else { return }
        let lines = pendingCount == 1 ? "1 line" : "\(pendingCount) lines"
        diagnostics.add(.note, line: first.line, "\(lines) before the status passed over", excerpt: first.text)
        pending = []
        pendingCount = 0
    }

    /// Text elsewhere was not read.
    private mutating func report() {
        for entry in pending {
            diagnostics.add(.warning, line: entry.line, "not a line of \"calicoctl node status\"", excerpt: entry.text)
        }
        if pendingCount > pending.count {
            let more = pendingCount - pending.count
            diagnostics.add(.warning, line: pending.last?.line ?? 1, "\(more) more lines like this were not read")
        }
        pending = []
        pendingCount = 0
    }

    private mutating func unplaced(_ line: CapturedLine) {
        pendingCount += 1
        guard pending.count < DiagnosticLog.limit else { return }
        pending.append((line.number, excerpt(line.text.buffer)))
    }

    private consuming func finish(_ input: UnsafeBufferPointer<UInt8>) -> Result {
        guard isRecognised else {
            var refused = Result()
            var refusal = DiagnosticList()
            refusal.add(.error, line: 1, Recognition.complaint(input, wanted: "\"calicoctl node status\""))
            refused.diagnostics = refusal.all
            return refused
        }
        report()
        result.diagnostics = diagnostics.all
        return result
    }
}

/// The columns of a table, which every release prints in one order; the heading confirms it.
struct TableColumns {
    private enum Field { case address, type, state, since, info, unknown }

    private var fields: [Field] = [.address, .type, .state, .since, .info]

    /// The cells of a row, blanks at their ends removed; a cut row may miss its last border.
    static func split(_ text: ByteText) -> [ByteText] {
        var cells: [ByteText] = []
        var rest = text.dropFirst(1)
        while let border = rest.offset(of: UInt8(ascii: "|")) {
            cells.append(rest.prefix(border).trimmed)
            rest = rest.dropFirst(border + 1)
        }
        if !rest.trimmed.isEmpty { cells.append(rest.trimmed) }
        return cells
    }

    static func isHeading(_ cells: [ByteText]) -> Bool {
        cells.first?.equals(ignoringCase: "peer address") == true
    }

    /// Takes the order from a heading; returns the first column that is not known.
    mutating func read(_ cells: [ByteText]) -> String? {
        var unknown: String?
        fields = cells.map { cell in
            if cell.equals(ignoringCase: "peer address") { return .address }
            if cell.equals(ignoringCase: "peer type") { return .type }
            if cell.equals(ignoringCase: "state") { return .state }
            if cell.equals(ignoringCase: "since") { return .since }
            if cell.equals(ignoringCase: "info") { return .info }
            unknown = unknown ?? cell.string
            return .unknown
        }
        return unknown
    }

    /// A row from its cells; the address is empty in a continuation.
    func peer(_ cells: [ByteText]) -> Calico.NodeStatusTables.Peer {
        var peer = Calico.NodeStatusTables.Peer(address: "", type: nil, state: nil, since: nil, info: nil)
        for (field, cell) in zip(fields, cells) where !cell.isEmpty {
            switch field {
            case .address: peer.address = cell.squeezed
            case .type: peer.type = cell.squeezed
            case .state: peer.state = cell.squeezed
            case .since: peer.since = cell.squeezed
            case .info: peer.info = cell.squeezed
            case .unknown: break
            }
        }
        return peer
    }
}

extension Calico.NodeStatusTables.Peer {
    /// Appends the cells of a wrapped row, each with one blank between.
    fileprivate mutating func join(_ more: Self) {
        func join(_ text: inout String?, _ more: String?) {
            guard let more else { return }
            guard text != nil else { return text = more }
            text?.append(" ")
            text?.append(more)
        }
        join(&type, more.type)
        join(&state, more.state)
        join(&since, more.since)
        join(&info, more.info)
    }
}
