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
                TextView(operationsText, wraps: true, emptyText: [TextSpan("no operation yet", .textDim)])
                    .draw(in: inside, of: &buffer, state: textScroll)
            }
        }
    }

    func draw(_ name: TableName, in rect: Rect, _ buffer: inout CellBuffer, _ isFocused: Bool) {
        table(name).draw(
            in: rect, of: &buffer, state: tables[name] ?? TableState(), sort: sorts[name], focused: isFocused)
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
            let shown = table.rows.count
            let count = shown == table.total ? "(\(shown))" : "(\(shown) of \(table.total))"
            line.append(TextSpan(" \(count)", .textDim))
            let marks = tables[name]?.marks.count ?? 0
            if marks > 0 { line.append(TextSpan(" \(marks) marked", .mark)) }
            if let filter = filters[name], !filter.isEmpty { line.append(TextSpan(" /\(filter)", .textMatch)) }
        }
        line.append(TextSpan(" "))
        return line
    }

    private func drawLog(in rect: Rect, _ buffer: inout CellBuffer) {
        let end = max(0, log.count - logScroll)
        let lines = log[max(0, end - rect.height)..<end].flatMap { line -> [TextLine] in
            let role: Role =
                switch line.level {
                case .info: .text
                case .warning: .statusWarn
                case .error: .statusCritical
                }
            let clock = Wording.clock(line.at) + " "
            let rows = [TextSpan(line.text, role)].wrapped(width: rect.width - clock.count)
            return rows.enumerated().map { index, row in
                [TextSpan(index == 0 ? clock : String(repeating: " ", count: clock.count), .textDim)] + row
            }
        }
        TextView(Array(lines.suffix(rect.height)), emptyText: [TextSpan("nothing has happened yet", .textDim)])
            .draw(in: rect, of: &buffer)
    }

    private func drawDetail(in rect: Rect, _ buffer: inout CellBuffer) {
        let (strip, body) = rect.split(top: 1)
        switch subject {
        case .node:
            drawTabs(NodeTab.allCases.map(\.rawValue), NodeTab.allCases.firstIndex(of: nodeTab), in: strip, &buffer)
        case .leaf:
            drawTabs(LeafTab.allCases.map(\.rawValue), LeafTab.allCases.firstIndex(of: leafTab), in: strip, &buffer)
        default: break
        }
        let area = hasTabs ? body : rect
        if let name = tableName(of: .detail) {
            draw(name, in: area, &buffer, focus == .detail)
        } else {
            TextView(
                detailText(width: area.width), wraps: true, emptyText: [TextSpan("select a row to see more", .textDim)]
            ).draw(in: area, of: &buffer, state: textScroll)
        }
    }

    private var hasTabs: Bool {
        switch subject {
        case .node, .leaf: true
        default: false
        }
    }

    private func drawTabs(_ titles: [String], _ active: Int?, in rect: Rect, _ buffer: inout CellBuffer) {
        TabStrip(titles, active: active ?? 0).draw(in: rect, of: &buffer)
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
            [TextSpan(Wording.clock($0.at) + " ", .textDim), TextSpan($0.text)]
        }
    }
}

extension String {
    /// The text with its first letter as a capital.
    var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
