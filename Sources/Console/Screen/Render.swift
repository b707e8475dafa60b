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
        guard picture != nil else {
            buffer.put([TextSpan("waiting for the first answers", .statusUnknown)], at: .zero, maxWidth: size.width)
            return
        }
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
        let (start, end) = rect.split(right: min(right.width + 1, max(rect.width / 2, rect.width - left.width - 1)))
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
        if let queue, !queue.nodes.isEmpty {
            left.append(
                TextSpan(" THEN \(queue.kind) \(queue.nodes.map(\.text).joined(separator: ", ")) ", .bannerChanges))
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
        for group in SourceGroup.all(snapshot.sources, at: now) where !isBrief || group.good < group.count {
            if !line.isEmpty { line.append("  ") }
            let count = group.count > 1 ? " \(group.good)/\(group.count)" : ""
            let age = group.oldest.map { " " + Wording.age($0) } ?? ""
            line.append(TextSpan("\(group.name)\(count)\(age) ", .textDim))
            let isWaiting = group.firstBad == nil
            line.append(
                group.good == group.count
                    ? TextSpan("ok", .statusOk)
                    : isWaiting ? TextSpan("waiting", .statusUnknown) : TextSpan("!", .statusCritical))
            if let traffic = group.traffic, !isBrief, line.width + 24 < room {
                let words = " \(traffic.requestsPerMinute)/min \(Wording.bytes(traffic.bytesPerMinute))/min"
                line.append(TextSpan(words, .textDim))
                if line.width + 24 < room { line.append(TextSpan(", \(Wording.pace(traffic))", .textDim)) }
            }
            if let (source, status) = group.firstBad, line.width + 24 < room {
                let since = status.age(at: now).map { " " + Wording.age($0) } ?? ""
                let word = status.freshness(at: now).rawValue.uppercased()
                line.append(TextSpan(" \(source)\(since) \(word)", .statusStale))
            }
        }
        return line.isEmpty ? [TextSpan("sources ok", .statusOk)] : line
    }

    func drawStatus(in rect: Rect, _ buffer: inout CellBuffer) {
        if let toast {
            toast.draw(in: rect, of: &buffer)
            return
        }
        let crumb = " \(buffer.glyphs.crumb) "
        let words = crumbs
        let line: TextLine = words.enumerated().flatMap { index, word -> TextLine in
            let span = TextSpan(word, index == words.count - 1 ? .crumbCurrent : .crumb)
            return [TextSpan(index == 0 ? " " : crumb, .crumb), span]
        }
        buffer.put(line, at: rect.origin, maxWidth: rect.width)
        let room = rect.width - line.width - 3
        if room > 20, let text = remark {
            let (_, right) = rect.split(left: line.width + 2)
            buffer.put([TextSpan(text, .textDim)], in: right, aligned: .trailing)
        }
    }

    /// The way to where one is: the list, what was passed, what is shown, its tab.
    private var crumbs: [String] {
        func list(_ place: Place) -> String {
            let pane = place.focus == .detail ? place.origin : place.focus
            return pane == .nodes ? place.main.rawValue : pane.title.lowercased()
        }
        var words = [list(trail.first ?? place)]
        words += trail.filter { $0.focus == .detail }.compactMap { self.words(for: $0.subject) }
        if focus == .detail || focusedTable != nil { words.append(self.words(for: subject) ?? "") }
        if focus == .detail { words.append(tabWord ?? "") }
        return words.reduce(into: []) { result, word in
            if !word.isEmpty, result.last != word { result.append(word) }
        }
    }

    /// What stands at the right of the path: how to begin, or what happened last.
    private var remark: String? {
        guard lastKey == nil else { return log.last.map { "[\(Wording.clock($0.at))] \($0.text)" } }
        let keys = [("open", "opens"), ("filter", "filters"), ("palette", "finds anything"), ("help", "helps")]
        return keys.map { "\(keyMap.label(of: $0)) \($1)" }.joined(separator: ", ")
    }

    /// The subject of the detail in words.
    var subjectWords: String? { words(for: subject) }

    private func words(for subject: DetailSubject) -> String? {
        switch subject {
        case .rack(let name): name
        case .node(let name): name.text
        case .leaf(let id): picture?.inventory.leaf(id)?.name ?? "leaf \(id)"
        case .finding(let identity): identity.rule.text
        case .audit(let rule, _): rule
        case .nothing: nil
        }
    }

    /// The tab of the detail in a word.
    var tabWord: String? {
        switch subject {
        case .node: nodeTab.rawValue
        case .leaf: leafTab.rawValue
        default: nil
        }
    }

    func drawHints(in rect: Rect, _ buffer: inout CellBuffer) {
        (overlay.map(hints(over:)) ?? hintLine(width: rect.width)).draw(in: rect, of: &buffer)
    }

    /// What the keys do while something lies over the panes.
    private func hints(over overlay: Overlay) -> HintLine {
        switch overlay {
        case .dialog: HintLine([Hint("esc", "cancel"), Hint("tab", "next field or button"), Hint("enter", "press")])
        case .palette, .menu: HintLine([Hint("esc", "close"), Hint("up down", "choose"), Hint("enter", "do it")])
        default:
            HintLine(
                [("back", "close"), ("filter", "search"), ("search-next", "next"), ("copy", "copy"), ("dump", "file")]
                    .map {
                        Hint(keyMap.label(of: $0.0), $0.1)
                    })
        }
    }

    /// The action whose hint is drawn at a place.
    func hintAction(at point: Point, in rect: Rect) -> String? {
        guard let hint = hintLine(width: rect.width).hint(at: point, in: rect) else { return nil }
        return KeyChord(text: hint.key).flatMap { keyMap.actions[$0] }
    }

    /// What a narrow line gives up last, first.
    private static let importance = [
        "open", "help", "quit", "filter", "palette", "evidence", "next-tab", "drain", "command", "back", "problems",
        "restore",
        "push", "sort",
    ]

    /// The hints of what can be done here; of what cannot be done now, the reason too where there is room.
    private func hintLine(width: Int) -> HintLine {
        func hint(_ action: Action, withReason: Bool) -> Hint {
            let reason = action.availability(self).reason
            let why = withReason ? note(on: action, reason).map { " (\($0))" } ?? "" : ""
            return Hint(keyMap.label(of: action.id), hintWord(action) + why, isEnabled: reason == nil)
        }
        func room(_ hint: Hint) -> Int { Width.of(hint.key) + Width.of(hint.label) + 3 }
        let actions = ActionRegistry.all.filter { $0.hint != nil && !keyMap.label(of: $0.id).isEmpty }
        let short = actions.map { (id: $0.id, hint: hint($0, withReason: false)) }
        func isOn(_ id: String) -> Bool { short.first { $0.id == id }?.hint.isEnabled ?? false }
        var left = width + 2
        // What can be done now outranks what cannot.
        let ranked = AppState.importance.filter(isOn) + AppState.importance.filter { !isOn($0) }
        let kept = Set(
            ranked.filter { id in
                guard let own = short.first(where: { $0.id == id }), room(own.hint) <= left else { return false }
                left -= room(own.hint)
                return true
            })
        let hints = actions.filter { kept.contains($0.id) }.map { action -> Hint in
            let brief = hint(action, withReason: false)
            let full = hint(action, withReason: true)
            let more = room(full) - room(brief)
            guard kept.count == actions.count, more <= left else { return brief }
            left -= more
            return full
        }
        return HintLine(hints)
    }

    /// Why an action does not do what its word says.
    private func note(on action: Action, _ reason: String?) -> String? {
        if action.group == .change, reason == nil, access == .readOnly { return "plan only; :unlock" }
        return reason
    }

    private func hintWord(_ action: Action) -> String {
        if action.id == "filter", focusedTable == nil { return "search" }
        if action.id == "next-tab", focus == .racks { return "what is in it" }
        if action.group == .change, action.id != "abort", markCount > 1 { return "\(action.hint ?? "") (\(markCount))" }
        return action.hint ?? ""
    }
}
