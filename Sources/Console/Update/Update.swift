import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// Folds a message into the state and answers what is to be done outside: the whole behaviour of the console.
public func update(_ state: inout AppState, _ message: Message) -> [Effect] {
    switch message {
    case .input(let event): return state.handle(event)
    case .facts(let snapshot, let picture): state.take(snapshot, picture)
    case .logged(let lines): state.append(lines)
    case .operation(let view): state.take(view)
    case .tick(let now): state.now = now
    case .evidence(let title, let lines):
        state.overlay = .evidence(title: title, lines: lines, scroll: ScrollState())
    case .notice(let toast, let at):
        state.toast = toast
        state.append([LogLine(at: at, level: toast.level, text: toast.text)])
    case .access(let access): state.access = access
    case .history(let place): state.history = place
    case .themed(let name): state.themeName = name
    }
    return []
}

extension AppState {
    /// The most lines that the log keeps.
    static let logLimit = 2000

    mutating func append(_ lines: [LogLine]) {
        log += lines
        if logScroll > 0 { logScroll += lines.count }
        if log.count > AppState.logLimit { log.removeFirst(log.count - AppState.logLimit) }
    }

    mutating func take(_ snapshot: Snapshot, _ picture: Picture) {
        now = max(now, picture.at)
        guard frozen == nil else {
            latest = (snapshot, picture)
            frozen?.newer += 1
            return
        }
        self.snapshot = snapshot
        self.picture = picture
        renewAudit()
        followSelection()
        renewPlan()
    }

    mutating func handle(_ event: InputEvent) -> [Effect] {
        switch event {
        case .key(let chord): return handle(chord)
        case .resize(let size):
            self.size = size
            return []
        case .mouse(let mouse): return handle(mouse)
        case .paste(let text):
            paste(text)
            return []
        case .focus: return []
        case .resumed: return [.poll(nil)]
        case .interrupted, .endOfInput: return [.quit]
        }
    }

    private mutating func handle(_ chord: KeyChord) -> [Effect] {
        toast = nil
        if overlay != nil { return handleOverlay(chord) }
        guard let id = keyMap.actions[chord], let action = ActionRegistry.action(id) else {
            toast = Toast(.info, "\(chord) does nothing here; ? lists the keys")
            return []
        }
        return perform(action)
    }

    /// Performs an action, or says why not.
    mutating func perform(_ action: Action) -> [Effect] {
        if let reason = action.availability(self).reason {
            toast = Toast(.warning, "\(action.title): \(reason)")
            return []
        }
        return action.perform(&self)
    }

    /// A click selects; on a header it sorts; the wheel scrolls.
    private mutating func handle(_ mouse: MouseEvent) -> [Effect] {
        guard overlay == nil else { return [] }
        let layout = Layout(self)
        switch mouse.action {
        case .wheelUp: move(.up)
        case .wheelDown: move(.down)
        case .press(.left):
            if let pane = layout.tab(at: mouse.position) ?? layout.pane(at: mouse.position) {
                focus(on: pane)
                click(mouse.position, in: pane, layout)
            }
        default: break
        }
        return []
    }

    private mutating func click(_ position: Point, in pane: Pane, _ layout: Layout) {
        guard let name = tableName(of: pane), let rect = layout.rect(of: pane) else { return }
        let area = pane == .detail ? rect.insideBox.split(top: 1).rest : rect.insideBox
        let table = table(name)
        var state = tables[name] ?? TableState()
        let view = TableView(columns: table.columns, rows: table.rows, sort: sorts[name])
        if let column = view.column(at: position, in: area) {
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
        case .command(var line):
            line.insert(text)
            overlay = .command(line)
        case .dialog(var dialog, let purpose):
            dialog.paste(text)
            overlay = .dialog(dialog, purpose: purpose)
        case .palette(var palette):
            palette.paste(text)
            overlay = .palette(palette)
        default: toast = Toast(.info, "a paste is taken only where text is typed: / or :")
        }
    }
}
