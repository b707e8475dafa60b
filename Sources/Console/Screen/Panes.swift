import Correlation
import Fabric
import Terminal

extension AppState {
    func draw(_ pane: Pane, in rect: Rect, _ buffer: inout CellBuffer) {
        let isFocused = pane == focus
        buffer.box(rect, title: title(of: pane), role: isFocused ? .borderFocus : .border)
        let inside = rect.insideBox
        switch pane {
        case .log: drawLog(in: inside, &buffer)
        case .detail: drawDetail(in: inside, &buffer)
        default:
            if let name = tableName(of: pane) {
                draw(name, in: inside, &buffer, isFocused)
            } else {
                drawText(of: pane, emptyText: "no operation yet", in: inside, &buffer)
            }
        }
    }

    func draw(_ name: TableName, in rect: Rect, _ buffer: inout CellBuffer, _ isFocused: Bool) {
        let table = table(name)
        TableView(
            columns: table.columns, rows: table.rows, sort: sorts[name],
            emptyText: [TextSpan(table.emptyText, .textDim)], isFocused: isFocused
        ).draw(in: rect, of: &buffer, state: tables[name] ?? TableState())
    }

    private func title(of pane: Pane) -> TextLine {
        var line: TextLine = [TextSpan(" ")]
        if pane != .detail { line.append(TextSpan("\(pane.rawValue) ", .titleKey)) }
        switch pane {
        case .nodes: line.append(TextSpan(main.rawValue.capitalised, .title))
        case .detail: line.append(TextSpan(subjectWords ?? "Detail", .title))
        default: line.append(TextSpan(pane.title, .title))
        }
        if let name = tableName(of: pane) {
            let table = table(name)
            let shown = table.shown ?? table.rows.count
            let count = shown == table.total ? "(\(shown))" : "(\(shown) of \(table.total))"
            line.append(TextSpan(" \(count)", .textDim))
            let marks = tables[name]?.marks.count ?? 0
            if marks > 0 { line.append(TextSpan(" \(marks) marked", .mark)) }
            if let filter = filters[name], !filter.isEmpty { line.append(TextSpan(" /\(filter)", .textMatch)) }
            if let sort = sorts[name], let column = table.columns.first(where: { $0.id == sort.column }) {
                line.append(TextSpan(" by \(column.title) \(sort.isDescending ? "▼" : "▲")", .headerSort))
            }
        }
        line.append(TextSpan(" "))
        return line
    }

    private func drawLog(in rect: Rect, _ buffer: inout CellBuffer) {
        let end = max(0, log.count - logScroll)
        let lines = log[max(0, end - rect.height)..<end].flatMap { line -> [TextLine] in
            let clock = Wording.clock(line.at) + " "
            let found = line.line.highlighting(focus == .log ? search?.word ?? "" : "")
            let rows = found.wrapped(width: rect.width - clock.count)
            return rows.enumerated().map { index, row in
                [TextSpan(index == 0 ? clock : String(repeating: " ", count: clock.count), .textDim)] + row
            }
        }
        TextView(Array(lines.suffix(rect.height)), emptyText: [TextSpan("nothing has happened yet", .textDim)])
            .draw(in: rect, of: &buffer)
    }

    private func drawDetail(in rect: Rect, _ buffer: inout CellBuffer) {
        let (strip, body) = rect.split(top: 1)
        if hasTabs { tabStrip.draw(in: strip, of: &buffer) }
        let area = hasTabs ? body : rect
        if let name = tableName(of: .detail) {
            draw(name, in: area, &buffer, focus == .detail)
            if name == .nodeSessions { drawAccepted(below: table(name).rows.count + 1, in: area, &buffer) }
        } else {
            drawText(of: .detail, emptyText: emptyDetail, in: area, &buffer)
        }
    }

    /// What stands in a detail that has nothing to tell.
    private var emptyDetail: String {
        guard hasTabs, let words = subjectWords else { return "select a row to see more" }
        return "nothing has happened to \(words) since the console began to watch"
    }

    /// The tabs of the detail.
    var tabStrip: TabStrip {
        switch subject {
        case .node:
            TabStrip(NodeTab.allCases.map(\.rawValue), active: NodeTab.allCases.firstIndex(of: nodeTab) ?? 0)
        case .leaf:
            TabStrip(LeafTab.allCases.map(\.rawValue), active: LeafTab.allCases.firstIndex(of: leafTab) ?? 0)
        default: TabStrip([], active: 0)
        }
    }

    /// Draws the lines of a text pane that are in view.
    private func drawText(of pane: Pane, emptyText: String, in rect: Rect, _ buffer: inout CellBuffer) {
        let lines = lines(of: pane, width: rect.width - 1)
        let word = pane == focus ? search?.word ?? "" : ""
        draw(
            count: lines.count, emptyText: emptyText, scroll: pane == focus ? textScroll : ScrollState(), in: rect,
            &buffer
        ) {
            lines[$0].highlighting(word)
        }
    }

    /// Draws those of many lines that are in view; only they are made.
    func draw(
        count: Int, emptyText: String, scroll: ScrollState, in rect: Rect, _ buffer: inout CellBuffer,
        line: (Int) -> TextLine
    ) {
        guard !rect.isEmpty else { return }
        let offset = scroll.clamped(count: count, page: rect.height)
        let shown = (offset..<max(offset, min(count, offset + rect.height))).map(line)
        TextView(shown, emptyText: [TextSpan(emptyText, .textDim)])
            .draw(in: Rect(origin: rect.origin, size: Size(width: rect.width - 1, height: rect.height)), of: &buffer)
        buffer.scrollBar(x: rect.maxX - 1, rows: rect.minY..<rect.maxY, offset: offset, total: count)
    }

    /// The lines of a text pane as they stand on the screen; those of the log before they are wrapped.
    func lines(of pane: Pane, width: Int) -> [TextLine] {
        switch pane {
        case .log: log.map { [TextSpan(Wording.clock($0.at) + " ")] + $0.line }
        case .nodes: operationsText.flatMap { $0.wrapped(width: width) }
        default: detailText(width: width).flatMap { $0.wrapped(width: width) }
        }
    }

    /// The lines of the focused pane where it is text.
    var focusedLines: [TextLine] {
        guard focusedTable == nil else { return [] }
        let width = Layout(self).rect(of: focus)?.insideBox.width ?? 80
        return lines(of: focus, width: width - 1)
    }

    /// The text of the detail where it is no table.
    func detailText(width: Int) -> [TextLine] {
        switch subject {
        case .finding(let identity):
            finding(identity).map(findingText) ?? [[TextSpan("this finding has cleared", .textDim)]]
        case .audit(let rule, let place):
            auditEntry(rule, place).map(AuditView.text) ?? [[TextSpan("this line of the audit is gone", .textDim)]]
        case .node(let name):
            switch nodeTab {
            case .config: peerConfigText(name)
            default: events { $0.contains(name.text) }
            }
        case .leaf(let leaf): events { $0.contains("leaf \(leaf)") || $0.contains("leaf-\(leaf)") }
        default: []
        }
    }

    private func findingText(_ finding: Finding) -> [TextLine] {
        func head(_ text: String) -> TextLine { [TextSpan(text, .header)] }
        var lines: [TextLine] = [
            [Wording.severity(finding.severity), TextSpan("  "), TextSpan(finding.summary, .textStrong)],
            [
                TextSpan(FindingsView.subject(finding.subject)),
                TextSpan(finding.since.map { "  since \(Wording.clock($0))" } ?? "", .textDim),
            ],
            [], head("Cause"), [TextSpan(finding.cause)],
            [], head("What to do"), [TextSpan(finding.remedy)],
            [], head("Evidence"),
        ]
        for line in finding.evidence {
            lines.append([TextSpan("\(line.source) ", .textStrong), TextSpan(line.command, .textDim)])
            if !line.excerpt.isEmpty { lines.append([TextSpan("  " + line.excerpt)]) }
        }
        return lines
    }

    private func events(_ isAbout: (String) -> Bool) -> [TextLine] {
        log.filter { isAbout($0.text) }.suffix(200).reversed().map {
            [TextSpan(Wording.clock($0.at) + " ", .textDim)] + $0.line
        }
    }
}

extension String {
    /// The text with its first letter as a capital.
    var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
