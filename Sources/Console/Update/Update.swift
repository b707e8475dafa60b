import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// Folds a message into the state and answers what is to be done outside: the whole behaviour of the console.
public func update(_ state: inout AppState, _ message: Message) -> [Effect] {
    let effects = state.fold(message)
    switch message {
    case .input, .facts, .world: state.learnWidths()
    default: break
    }
    return effects
}

extension AppState {
    fileprivate mutating func fold(_ message: Message) -> [Effect] {
        switch message {
        case .input(let event): return remembering { $0.handle(event) }
        case .facts(let snapshot, let picture): return take(snapshot, picture)
        case .logged(let lines): append(lines)
        case .operation(let view): return take(view)
        case .pastOperations(let records): pastOperations = records
        case .rights(let kind, let missing, let roles):
            missingRights[kind] = missing
            missingRoles = roles
            renewPlan()
        case .tick(let now): tick(now)
        case .evidence(let title, let lines):
            show(evidence: lines, title: title)
        case .notice(let toast, let at):
            self.toast = toast
            append([LogLine(at: at, level: toast.level, text: toast.text)])
        case .access(let access): self.access = access
        case .history(let place): history = place
        case .themed(let name): themeName = name
        case .world(let label, let faults): enter(label, faults)
        }
        return []
    }
}

extension AppState {
    /// The most lines that the log keeps.
    static let logLimit = 2000

    mutating func append(_ lines: [LogLine]) {
        log += lines
        if logScroll > 0 { logScroll += lines.count }
        if log.count > AppState.logLimit { log.removeFirst(log.count - AppState.logLimit) }
    }

    /// A second has passed: what was held or marked for a while is let go.
    mutating func tick(_ now: Date) {
        self.now = now
        if case .changes(until: let moment?) = access, self.now >= moment {
            access = .readOnly
            toast = Toast(.info, "read-only again: the time for changes has run out")
        }
        changes.expire(olderThan: settings.markSeconds, now: now)
        if let held, now >= held.until {
            self.held = nil
            stamp = Stamp()
        }
    }

    mutating func take(_ snapshot: Snapshot, _ picture: Picture) -> [Effect] {
        now = max(now, picture.at)
        let effects = alarms(from: (latest?.picture ?? self.picture)?.sessions ?? [], to: picture.sessions)
        guard frozen == nil else {
            latest = (snapshot, picture)
            frozen?.newer += 1
            return effects + watchMaintenance()
        }
        let before = keysInView()
        holdOrder()
        self.snapshot = snapshot
        self.picture = picture
        accepted.take(picture.sessions, at: picture.at)
        renewAudit()
        markChanges(since: before)
        followSelection()
        renewPlan()
        return effects + watchMaintenance()
    }

    /// While keys are being pressed rows keep their order under the cursor.
    private mutating func holdOrder() {
        guard let name = focusedTable, let lastKey, now.timeIntervalSince(lastKey) < HeldOrder.duration else {
            return held = nil
        }
        let rows = table(name).rows
        held = HeldOrder(
            table: name, ids: (0..<rows.count).map(rows.id(at:)),
            until: lastKey.addingTimeInterval(HeldOrder.duration))
    }

    /// What is due where sessions were lost.
    private mutating func alarms(from old: [Session], to new: [Session]) -> [Effect] {
        guard settings.ringsBell || alarm.command != nil, let text = alarm.take(from: old, to: new, now: now) else {
            return []
        }
        return (settings.ringsBell ? [.bell] : []) + (alarm.command.map { [.alarm($0 + [text])] } ?? [])
    }

    /// Begins anew over another world; what belongs to the user stays.
    mutating func enter(_ label: FabricLabel, _ faults: [String]) {
        var fresh = AppState(label: label, size: size, now: now)
        fresh.faults = faults
        fresh.log = log
        (fresh.themeName, fresh.themeNames, fresh.keyMap) = (themeName, themeNames, keyMap)
        (fresh.contexts, fresh.settings, fresh.alarm) = (contexts, settings, alarm)
        fresh.alarm.forget()
        fresh.isHidden = isHidden
        fresh.memory = memory
        self = fresh
    }

    /// Does something and, where it changed what is to be remembered, says so.
    mutating func remembering(_ body: (inout AppState) -> [Effect]) -> [Effect] {
        let before = memory
        let effects = body(&self)
        let after = memory
        return before == after ? effects : effects + [.remember(after)]
    }

    mutating func handle(_ event: InputEvent) -> [Effect] {
        switch event {
        case .key(let chord): return takeApart(chord).flatMap { handle($0) }
        case .resize(let size):
            self.size = size
            return []
        case .mouse(let mouse): return handle(mouse)
        case .paste(let text):
            paste(text)
            return []
        case .focus(let isFocused):
            isHidden = !isFocused
            return []
        case .resumed: return [.poll(nil)]
        case .interrupted, .endOfInput: return [.quit]
        }
    }

    /// Escape and a key that a slow link delivered at once look like Alt and that key; where Alt with it means nothing,
    /// they were two.
    private func takeApart(_ chord: KeyChord) -> [KeyChord] {
        guard chord.modifiers.contains(.alt), keyMap.actions[chord] == nil,
            overlay == nil || !InputLine.keysWithAlt.contains(chord)
        else { return [chord] }
        return [KeyChord(.escape), KeyChord(chord.key, chord.modifiers.subtracting(.alt))]
    }

    private mutating func handle(_ chord: KeyChord) -> [Effect] {
        toast = nil
        lastKey = now
        if overlay != nil { return handleOverlay(chord) }
        guard let id = keyMap.actions[chord], let action = ActionRegistry.action(id) else {
            toast = Toast(.info, "\(chord) does nothing here; \(AppState.habits[chord] ?? "? lists the keys")")
            return []
        }
        return perform(action)
    }

    /// What keys of k9s and lazygit that mean nothing here would be for; the keys in the words are looked up in the help.
    private static let habits: [KeyChord: String] = [
        KeyChord("d"): "Enter describes, i shows the raw text",
        KeyChord(.character("a"), .ctrl): "? lists the commands", KeyChord(.character("r"), .ctrl): "r looks again",
        KeyChord("0"): "Esc clears a filter, :nodes shows all", KeyChord("c"): "y copies",
    ]

    /// Performs an action, or says why not.
    mutating func perform(_ action: Action) -> [Effect] {
        if let reason = action.availability(self).reason {
            toast = Toast(.warning, "\(action.title): \(reason)")
            return []
        }
        return action.perform(&self)
    }

    /// A click selects, on a header it sorts, on a hint it does what the hint says; the wheel scrolls.
    private mutating func handle(_ mouse: MouseEvent) -> [Effect] {
        guard overlay == nil else {
            switch mouse.action {
            case .wheelUp: return handleOverlay(KeyChord(.up))
            case .wheelDown: return handleOverlay(KeyChord(.down))
            default: return []
            }
        }
        let layout = Layout(self)
        switch mouse.action {
        case .wheelUp: move(.up)
        case .wheelDown: move(.down)
        case .press(.left):
            if let id = hintAction(at: mouse.position, in: layout.hints), let action = ActionRegistry.action(id) {
                return perform(action)
            }
            if let pane = layout.tab(at: mouse.position) ?? layout.pane(at: mouse.position) {
                if pane != focus { focus(on: pane) }
                click(mouse.position, in: pane, layout)
            }
        default: break
        }
        return []
    }

    private mutating func click(_ position: Point, in pane: Pane, _ layout: Layout) {
        guard let rect = layout.rect(of: pane) else { return }
        if pane == .detail, hasTabs, let tab = tabStrip.index(at: position, in: rect.insideBox.split(top: 1).top) {
            return moveTab(tab - tabStrip.active)
        }
        guard let name = tableName(of: pane) else { return }
        let area = pane == .detail && hasTabs ? rect.insideBox.split(top: 1).rest : rect.insideBox
        let table = table(name)
        var state = tables[name] ?? TableState()
        let view = TableView(columns: table.columns, rows: table.rows, sort: sorts[name])
        if let column = view.column(at: position, in: area, state: state) {
            let isSame = sorts[name]?.column == column.id
            sorts[name] = TableSort(column.id, descending: isSame && sorts[name]?.isDescending == false)
            return
        }
        state.reconcile(rows: table.rows, page: max(1, area.height - 1))
        if let index = view.rowIndex(at: position, in: area, state: state) {
            state.select(index: index, rows: table.rows, page: max(1, area.height - 1))
            tables[name] = state
            followSelection()
        }
    }

    private mutating func paste(_ text: String) {
        switch overlay {
        case .filter(var line, let table, let before):
            line.insert(text)
            filters[table] = line.text
            overlay = .filter(line, table: table, before: before)
        case .search(var line, let below):
            line.insert(text)
            overlay = .search(line, below: below)
            search(for: line.text)
        case .command(var line):
            line.insert(text)
            overlay = .command(line)
        case .dialog(var dialog, let purpose):
            dialog.paste(text)
            overlay = .dialog(dialog, purpose: purpose)
        case .palette(var palette):
            palette.paste(text)
            overlay = .palette(finder(palette.query.text))
        default: toast = Toast(.info, "a paste is taken only where text is typed: / or :")
        }
    }
}
