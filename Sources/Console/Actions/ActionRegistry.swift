import Fabric
import Polling
import Terminal

/// Every action there is. A new one is added here and nowhere else: keys, hints, help and palette follow.
public enum ActionRegistry {
    /// All actions in the order of the help.
    public static let all: [Action] = moves + panes + find + look + change + console

    /// The action with an identifier.
    public static func action(_ id: String) -> Action? { byID[id] }

    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    private static let moves: [Action] = [
        move("up", "one row up", ["up", "k"], .up), move("down", "one row down", ["down", "j"], .down),
        move("page-up", "a page up", ["pageup"], .pageUp), move("page-down", "a page down", ["pagedown"], .pageDown),
        move("half-page-up", "half a page up", ["ctrl-u"], .halfPageUp),
        move("half-page-down", "half a page down", ["ctrl-d"], .halfPageDown),
        move("first", "first row", ["g", "home"], .first), move("last", "last row", ["G", "end"], .last),
    ]

    private static func move(_ id: String, _ title: String, _ keys: [String], _ motion: ScrollMotion) -> Action {
        Action(id, title, keys: keys, group: .move) { state in
            state.move(motion)
            return []
        }
    }

    private static let panes: [Action] =
        Pane.allCases.filter { $0 != .detail }.map { pane in
            Action("pane-\(pane.rawValue)", "to pane \(pane.title)", keys: ["\(pane.rawValue)"], group: .panes) {
                $0.focus(on: pane)
                return []
            }
        } + [
            plain("next-pane", "next pane", ["tab"], .panes) { $0.cycleFocus(1) },
            plain("previous-pane", "previous pane", ["backtab"], .panes) { $0.cycleFocus(-1) },
            plain("zoom", "zoom the pane", ["z"], .panes) { $0.isZoomed.toggle() },
            Action("open", "open what is selected", hint: "open", keys: ["enter"], group: .panes) {
                $0.open()
                return []
            },
            plain("back", "back, close", ["escape"], .panes) { $0.back() },
            plain("next-tab", "next tab of the detail", ["right", "l"], .panes) { $0.moveTab(1) },
            plain("previous-tab", "previous tab of the detail", ["left", "h"], .panes) { $0.moveTab(-1) },
            plain("last-view", "the view before", ["-"], .panes) { $0.swapMain() },
        ]

    private static let find: [Action] = [
        Action(
            "filter", "filter the rows", hint: "filter", keys: ["/"], group: .find,
            availability: { $0.focusedTable == nil ? .disabled("this pane has no rows to filter") : .enabled },
            perform: { state in
                if let table = state.focusedTable {
                    let before = state.filters[table] ?? ""
                    state.overlay = .filter(InputLine(before), table: table, before: before)
                }
                return []
            }),
        Action(
            "sort", "sort by…", keys: ["s"], group: .find,
            availability: { $0.focusedTable == nil ? .disabled("this pane has no rows to sort") : .enabled },
            perform: { state in
                state.openSortMenu()
                return []
            }),
        Action(
            "reverse", "reverse the sort", keys: ["S"], group: .find,
            availability: {
                $0.focusedTable.flatMap { [sorts = $0.sorts] in sorts[$0] } == nil
                    ? .disabled("no sort is set; s sets one") : .enabled
            },
            perform: { state in
                if let table = state.focusedTable, let sort = state.sorts[table] {
                    state.sorts[table] = TableSort(sort.column, descending: !sort.isDescending)
                }
                return []
            }),
        plain("problems", "only problems", ["e"], .find, hint: "problems") { $0.onlyProblems.toggle() },
        plain("mark", "mark the row", ["space"], .find) { $0.changeTable { $0.toggleMark() } },
        plain("range", "mark a range", ["v"], .find) { $0.changeTable { $0.toggleRange() } },
        plain("unmark", "clear the marks", ["u"], .find) { $0.changeTable { $0.clearMarks() } },
    ]

    private static let look: [Action] = [
        Action(
            "evidence", "the raw text behind the row", hint: "evidence", keys: ["i"], group: .look,
            availability: { $0.evidence.isEmpty ? .disabled("nothing was read for this row yet") : .enabled },
            perform: { state in
                [.readEvidence(title: state.evidenceTitle, pieces: state.evidence)]
            }),
        Action("poll", "look at everything now", keys: ["r"], group: .look) { _ in [.poll(nil)] },
        plain("freeze", "freeze the screen", ["f"], .look) { $0.toggleFreeze() },
        step("step-back", "one capture back", "[", -1), step("step-forward", "one capture on", "]", 1),
        Action("copy", "copy the row", keys: ["y"], group: .look) { state in
            state.selectedText.map { [.copy($0)] } ?? []
        },
        Action("dump", "write the screen to a file", keys: ["ctrl-s"], group: .look) { state in
            [.dump(render(state, glyphs: .unicode).buffer.rows.joined(separator: "\n") + "\n")]
        },
    ]

    private static let change: [Action] = [
        operation("drain", "drain the node…", hint: "drain", key: "D"),
        operation("restore", "restore the node…", hint: "restore", key: "U"),
        operation("push", "re-push the peer config…", hint: "push", key: "P"),
        Action(
            "abort", "abort the running operation…", keys: ["x"], group: .change,
            availability: { $0.runningOperation == nil ? .disabled("no operation is running") : .enabled },
            perform: { state in
                state.openAbortDialog()
                return []
            }),
    ]

    private static let console: [Action] = [
        plain("command", "type a command", [":"], .console, hint: "command") {
            $0.overlay = .command(InputLine("", history: $0.commandHistory))
        },
        plain("palette", "find an action", ["ctrl-p"], .console) { $0.openPalette() },
        plain("help", "this help", ["?", "f1"], .console, hint: "help") { $0.overlay = .help(ScrollState()) },
        Action("theme", "next theme", keys: ["t"], group: .console) { state in
            let names = state.themeNames
            let index = names.firstIndex(of: state.themeName).map { ($0 + 1) % names.count } ?? 0
            return names.isEmpty ? [] : [.theme(names[index])]
        },
        Action("mouse", "take or leave the mouse", keys: ["m"], group: .console) { state in
            state.hasMouse.toggle()
            return [.mouse(state.hasMouse)]
        },
        Action("suspend", "suspend to the shell", keys: ["ctrl-z"], group: .console) { _ in [.suspend] },
        Action("quit", "quit", hint: "quit", keys: ["q"], group: .console) { $0.quit() },
        Action("interrupt", "quit", keys: ["ctrl-c"], group: .console) { $0.quit() },
    ]

    private static func plain(
        _ id: String, _ title: String, _ keys: [String], _ group: ActionGroup, hint: String? = nil,
        _ change: @escaping @Sendable (inout AppState) -> Void
    ) -> Action {
        Action(id, title, hint: hint, keys: keys, group: group) { state in
            change(&state)
            return []
        }
    }

    private static func step(_ id: String, _ title: String, _ key: String, _ count: Int) -> Action {
        Action(
            id, title, keys: [key], group: .look,
            availability: {
                $0.history == nil ? .disabled("what is shown is live; a capture folder has steps") : .enabled
            },
            perform: { _ in [.step(count)] })
    }

    private static func operation(_ id: String, _ title: String, hint: String, key: String) -> Action {
        Action(
            id, title, hint: hint, keys: [key], group: .change,
            availability: { $0.operationTargets.isEmpty ? .disabled("select a node first") : .enabled },
            perform: { state in state.openPlan(id) })
    }
}
