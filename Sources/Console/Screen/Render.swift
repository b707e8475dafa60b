import Correlation
import Fabric
import FoundationEssentials
public import Terminal

/// A frame: the cells, and where the terminal's cursor stands.
public struct Frame: Sendable {
    /// The cells.
    public var buffer: CellBuffer
    /// The cursor, nil to hide it.
    public var cursor: Point?
}

/// Draws the state: pure, so that a screen is a value that tests compare.
public func render(_ state: AppState, glyphs: Glyphs) -> Frame {
    var buffer = CellBuffer(state.size, glyphs: glyphs)
    let layout = Layout(state)
    if layout.shape == .tiny, state.overlay == nil {
        state.drawTiny(&buffer)
        return Frame(buffer: buffer, cursor: nil)
    }
    state.drawHeader(in: layout.header, &buffer)
    if !layout.tabs.isEmpty {
        let active = Layout.tabPanes.firstIndex(of: state.focus) ?? 0
        TabStrip(Layout.titles, active: active).draw(in: layout.tabs, of: &buffer)
    }
    for (pane, rect) in layout.panes where layout.shape != .tiny { state.draw(pane, in: rect, &buffer) }
    state.drawStatus(in: layout.status, &buffer)
    state.drawHints(in: layout.hints, &buffer)
    let cursor = state.drawOverlay(layout, &buffer)
    return Frame(buffer: buffer, cursor: cursor)
}

extension AppState {
    /// A screen too small for panes still says what matters most.
    func drawTiny(_ buffer: inout CellBuffer) {
        let sessions = picture?.sessions ?? []
        let down = sessions.count { $0.verdict == .down || $0.verdict == .missing }
        let findings = picture?.findings ?? []
        let lines: [TextLine] =
            [
                [TextSpan("\(down) of \(sessions.count) sessions down", down == 0 ? .sessionUp : .sessionDown)],
                [TextSpan("\(findings.count { $0.severity > .note }) findings")],
            ] + findings.map { [Wording.severity($0.severity), TextSpan(" " + $0.summary)] }
            + [[TextSpan("window \(size.width)x\(size.height), panes need 60x16", .textDim)]]
        for (y, line) in lines.enumerated() { buffer.put(line, at: Point(x: 0, y: y), maxWidth: size.width) }
    }

    func drawHeader(in rect: Rect, _ buffer: inout CellBuffer) {
        let signs = headerSigns
        let vrf = label.vrf.map { " \(buffer.glyphs.separator) \($0)" } ?? ""
        let name = " " + label.context
        var left: TextLine = [TextSpan(name + vrf + " ", .banner)] + signs
        // What is at stake outranks the VRF, which does not change.
        let trouble = freshness(isBrief: true, room: 0).width + 3
        if left.width + trouble > rect.width { left = [TextSpan(name + " ", .banner)] + signs }
        let room = rect.width - left.width - 3
        var right = freshness(isBrief: false, room: room)
        if right.width > room { right = freshness(isBrief: true, room: room) }
        let (start, end) = rect.split(right: min(right.width + 1, rect.width / 2))
        buffer.put(left, at: start.origin, maxWidth: start.width)
        buffer.put(right, at: end.origin, maxWidth: end.width)
    }

    /// What the user must not forget: simulated or not, read-only or not, frozen, past, narrowed.
    private var headerSigns: TextLine {
        var left: TextLine = []
        if label.isSimulated { left.append(TextSpan(" SIMULATED ", .bannerReplay)) }
        switch access {
        case .readOnly: left.append(TextSpan(" READ-ONLY ", .bannerReadOnly))
        case .changes(let until):
            let rest = until.map { " " + Wording.age($0.timeIntervalSince(now)) } ?? ""
            left.append(TextSpan(" CHANGES ALLOWED\(rest) ", .bannerChanges))
        }
        if let frozen {
            left.append(TextSpan(" FROZEN \(Wording.clock(frozen.at)), \(frozen.newer) newer ", .bannerFrozen))
        }
        if let history, let at = snapshot?.at {
            left.append(TextSpan(" CAPTURE \(history.index)/\(history.count) \(Wording.clock(at)) ", .bannerReplay))
        }
        if onlyProblems { left.append(TextSpan(" ONLY PROBLEMS ", .bannerFrozen)) }
        return left
    }

    /// The sources in a few words each: those in trouble by name, the others by kind.
    ///
    /// Briefly: only the kinds that are in trouble, or `sources ok`.
    private func freshness(isBrief: Bool, room: Int) -> TextLine {
        guard let snapshot else { return [TextSpan("waiting for the first answers", .statusUnknown)] }
        var line: TextLine = []
        for (name, members) in sourceGroups(snapshot) {
            let states = members.map { ($0.key, $0.value.freshness(at: now), $0.value.age(at: now)) }
            let good = states.filter { $0.1 == .ok }
            let ages = good.compactMap(\.2)
            if !line.isEmpty { line.append("  ") }
            let count = members.count > 1 ? " \(good.count)/\(members.count)" : ""
            let age = ages.max().map { " " + Wording.age($0) } ?? ""
            let bad = states.filter { $0.1 != .ok }
            let isWaiting = bad.allSatisfy { $0.1 == .waiting }
            if isBrief, bad.isEmpty { continue }
            line.append(TextSpan("\(name)\(count)\(age) ", .textDim))
            line.append(
                bad.isEmpty
                    ? TextSpan("ok", .statusOk)
                    : isWaiting ? TextSpan("waiting", .statusUnknown) : TextSpan("!", .statusCritical))
            if let traffic = members.first?.value.traffic, !isBrief, line.width + 24 < room {
                let words = " \(traffic.requestsPerMinute)/min \(Wording.bytes(traffic.bytesPerMinute))/min"
                line.append(TextSpan(words, .textDim))
            }
            for (source, freshness, age) in bad.prefix(1) where !isWaiting && line.width + 24 < room {
                let since = age.map { " " + Wording.age($0) } ?? ""
                line.append(TextSpan(" \(source)\(since) \(freshness.rawValue.uppercased())", .statusStale))
            }
        }
        return line.isEmpty ? [TextSpan("sources ok", .statusOk)] : line
    }

    private func sourceGroups(_ snapshot: Snapshot) -> [(String, [(key: SourceID, value: SourceStatus)])] {
        let sorted = snapshot.sources.sorted { $0.key < $1.key }
        let groups: [(String, (SourceID) -> Bool)] = [
            ("apic", { $0 == .apic }),
            ("leaves", { if case .leaf = $0 { true } else { false } }),
            ("nodes", { if case .node = $0 { true } else { false } }),
            ("k8s", { $0 == .kubernetes }),
        ]
        return groups.compactMap { name, holds in
            let members = sorted.filter { holds($0.key) }.map { (key: $0.key, value: $0.value) }
            return members.isEmpty ? nil : (name, members)
        }
    }

    func drawStatus(in rect: Rect, _ buffer: inout CellBuffer) {
        if let toast {
            toast.draw(in: rect, of: &buffer)
            return
        }
        let crumb = " \(buffer.glyphs.crumb) "
        var line: TextLine = [TextSpan(" " + (focus == .detail ? origin : focus).title.lowercased(), .crumb)]
        if main != .nodes, focus == .nodes { line = [TextSpan(" " + main.rawValue, .crumb)] }
        if let words = subjectWords { line += [TextSpan(crumb, .crumb), TextSpan(words, .crumbCurrent)] }
        if focus == .detail, let tab = tabWord { line += [TextSpan(crumb, .crumb), TextSpan(tab, .crumbCurrent)] }
        buffer.put(line, at: rect.origin, maxWidth: rect.width)
        let room = rect.width - line.width - 3
        if let last = log.last, room > 20 {
            let text = "[\(Wording.clock(last.at))] \(last.text)"
            let (_, right) = rect.split(left: line.width + 2)
            buffer.put([TextSpan(text, .textDim)], in: right.inset(columns: 0, rows: 0), aligned: .trailing)
        }
    }

    /// The subject of the detail in words.
    var subjectWords: String? {
        switch subject {
        case .rack(let name): name
        case .node(let name): name.text
        case .leaf(let id): picture?.inventory.leaf(id)?.name ?? "leaf \(id)"
        case .finding(let identity): identity.rule.text
        case .nothing: nil
        }
    }

    private var tabWord: String? {
        switch subject {
        case .node: nodeTab.rawValue
        case .leaf: leafTab.rawValue
        default: nil
        }
    }

    func drawHints(in rect: Rect, _ buffer: inout CellBuffer) {
        let hints = ActionRegistry.all.compactMap { action -> Hint? in
            guard let hint = action.hint else { return nil }
            return Hint(keyMap.label(of: action.id), hint, isEnabled: action.availability(self) == .enabled)
        }
        HintLine(hints).draw(in: rect, of: &buffer)
    }
}
