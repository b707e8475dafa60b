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
            plain("pane-\(pane.rawValue)", "to pane \(pane.title)", ["\(pane.rawValue)"], .panes) { $0.focus(on: pane) }
        } + [
            plain("next-pane", "next pane", ["tab"], .panes) { $0.cycleFocus(1) },
            plain("previous-pane", "previous pane", ["backtab"], .panes) { $0.cycleFocus(-1) },
            plain("zoom", "zoom the pane", ["z"], .panes) { $0.isZoomed.toggle() },
            plain(
                "open", "open what is selected", ["enter"], .panes, hint: "open",
                unless: { $0.canOpen ? nil : "nothing is selected here" }
            ) { $0.open() },
            plain(
                "back", "one step back", ["escape"], .panes, hint: "back", unless: { $0.nothingToGoBackFrom }
            ) { $0.back() },
            plain(
                "next-tab", "next tab of the detail; opens a rack", ["right", "l"], .panes, hint: "tabs",
                unless: noTabs
            ) { $0.focus == .racks ? $0.openRack() : $0.moveTab(1) },
            plain(
                "previous-tab", "previous tab of the detail; closes a rack", ["left", "h"], .panes, unless: noTabs
            ) { $0.focus == .racks ? $0.closeRack() : $0.moveTab(-1) },
            plain(
                "last-view", "the view before", ["-"], .panes,
                unless: { $0.lastPlace == nil ? "there was no other view yet" : nil }
            ) { $0.swapPlace() },
        ]

    private static let find: [Action] = [
        plain("filter", "filter rows, search text", ["/"], .find, hint: "filter") { $0.openFilter() },
        plain("search-next", "next match", ["n"], .find, unless: noSearch) { $0.searchOn(1) },
        plain("search-previous", "match before", ["N"], .find, unless: noSearch) { $0.searchOn(-1) },
        plain("sort", "sort by…", ["s"], .find, hint: "sort", unless: noRows) { $0.openSortMenu() },
        plain(
            "reverse", "reverse the sort", ["S"], .find,
            unless: {
                guard let table = $0.focusedTable else { return noRows($0) }
                return $0.sorts[table] == nil ? "no sort is set; s sets one" : nil
            }
        ) { $0.reverseSort() },
        plain("problems", "only problems", ["e"], .find, hint: "problems") { $0.onlyProblems.toggle() },
        plain("mark", "mark the row", ["space"], .find, unless: noRows) { $0.toggleMark() },
        plain("range", "mark a range", ["v"], .find, unless: noRows) { $0.changeTable { $0.toggleRange() } },
        plain(
            "unmark", "clear the marks", ["u"], .find,
            unless: { $0.markCount == 0 ? "nothing is marked here" : nil }
        ) { $0.changeTable { $0.clearMarks() } },
    ]

    private static let look: [Action] = [
        Action(
            "evidence", "the raw text behind the row", hint: "evidence", keys: ["i"], group: .look,
            availability: { $0.evidence.isEmpty ? .disabled("nothing was read for this row yet") : .enabled },
            perform: { state in
                [.readEvidence(title: state.evidenceTitle, pieces: state.evidence)]
            }),
        Action("poll", "look at everything now", keys: ["r"], group: .look) { state in
            state.toast = Toast(.info, "looking at every source now")
            return [.poll(nil)]
        },
        plain("freeze", "freeze the screen", ["f"], .look) { $0.toggleFreeze() },
        step("step-back", "one capture back", "[", -1), step("step-forward", "one capture on", "]", 1),
        plain("copy", "copy…", ["y"], .look) { $0.openCopyMenu() },
        plain("dump", "write to a file…", ["ctrl-s"], .look) { $0.openDumpMenu() },
    ]

    private static let change: [Action] = [
        operation("drain", "drain the node…", hint: "drain", key: "D"),
        operation("restore", "restore the node…", hint: "restore", key: "U"),
        operation("push", "re-push the peer config…", hint: "push", key: "P"),
        plain(
            "abort", "abort the running operation…", ["x"], .change,
            unless: { $0.runningOperation == nil ? "no operation is running" : nil }
        ) { $0.openAbortDialog() },
    ]

    private static let console: [Action] = [
        plain("command", "type a command", [":"], .console, hint: "command") { $0.openCommandLine() },
        plain("palette", "find anything", ["ctrl-p"], .console, hint: "find") { $0.openPalette() },
        plain("help", "this help", ["?", "f1"], .console, hint: "help") { $0.overlay = .help(ScrollState()) },
        Action(
            "theme", "next theme", keys: ["t"], group: .console,
            availability: { $0.themeNames.count < 2 ? .disabled("there is no other theme") : .enabled },
            perform: { state in
                let names = state.themeNames
                let index = names.firstIndex(of: state.themeName).map { ($0 + 1) % names.count } ?? 0
                return names.isEmpty ? [] : [.theme(names[index])]
            }),
        Action("mouse", "take or leave the mouse", keys: ["m"], group: .console) { $0.setMouse(!$0.hasMouse) },
        Action("suspend", "suspend to the shell", keys: ["ctrl-z"], group: .console) { _ in [.suspend] },
        Action("quit", "quit", hint: "quit", keys: ["q"], group: .console) { $0.quit() },
        Action("interrupt", "quit", keys: ["ctrl-c"], group: .console) { $0.quit() },
    ]

    private static let noRows: @Sendable (AppState) -> String? = {
        $0.focusedTable == nil ? "this pane is text; / searches in it" : nil
    }

    private static let noTabs: @Sendable (AppState) -> String? = {
        $0.hasTabs || $0.focus == .racks ? nil : "only the detail of a node or leaf has tabs, and racks open"
    }

    private static let noSearch: @Sendable (AppState) -> String? = {
        $0.search == nil ? "nothing is looked for; / in a text sets a word" : nil
    }

    /// An action that only changes the state; `unless` answers why it cannot be done.
    private static func plain(
        _ id: String, _ title: String, _ keys: [String], _ group: ActionGroup, hint: String? = nil,
        unless: @escaping @Sendable (AppState) -> String? = { _ in nil },
        _ change: @escaping @Sendable (inout AppState) -> Void
    ) -> Action {
        Action(
            id, title, hint: hint, keys: keys, group: group,
            availability: { unless($0).map(Availability.disabled) ?? .enabled },
            perform: { state in
                change(&state)
                return []
            })
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
