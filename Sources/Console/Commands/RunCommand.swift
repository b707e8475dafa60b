import Correlation
import Fabric
import Operations
import Terminal

extension AppState {
    /// The names of nodes.
    var nodeWords: [String] { picture?.nodes.map(\.node.name.text) ?? [] }
    /// The numbers of leaves.
    var leafWords: [String] { picture?.leaves.map(\.leaf.id.description) ?? [] }
    /// The names of racks.
    var rackWords: [String] { picture?.racks.map(\.rack.name) ?? [] }
    /// The names of services.
    var serviceWords: [String] { Set((picture?.services ?? []).compactMap { $0.service?.description }).sorted() }

    /// Opens the line that commands are typed in.
    mutating func openCommandLine() {
        overlay = .command(InputLine("", history: commandHistory))
    }

    /// Runs what was typed at `:`.
    mutating func run(command text: String) -> [Effect] {
        guard let (command, arguments) = ConsoleCommand.parse(text) else {
            let names = CommandCatalog.all.flatMap { [$0.name] + $0.aliases }
            let first = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? text
            if let command = going(to: first) { return run(command: command) }
            let hint = DidYouMean.text(first, in: names) ?? "; Tab completes, ? helps"
            return refuse("no command begins with '\(first)'\(hint)")
        }
        return command.run(&self, arguments)
    }

    /// The command that goes to what is called so; nil where nothing is.
    private func going(to name: String) -> String? {
        if nodeWords.contains(name) { return "node \(name)" }
        if rackWords.contains(name) { return "rack \(name)" }
        return picture?.leaves.first { $0.leaf.name == name }.map { "leaf \($0.leaf.id)" }
    }

    /// Says why something is not done.
    mutating func refuse(_ reason: String) -> [Effect] {
        toast = Toast(.error, reason)
        return []
    }

    /// Goes to a view, or shows its rows in another format.
    mutating func show(view name: String, _ arguments: [String]) {
        switch ViewRequest.parse(arguments) {
        case .failure(let refusal): toast = Toast(.error, "\(name): \(refusal.text)")
        case .success(let request):
            guard let format = request.format, format != .table else { return go(to: name, filter: request.filter) }
            guard let table = TableName(rawValue: name) else { return }
            var asked = self
            if let view = MainView(rawValue: name) { asked.main = view }
            asked.filters[table] = request.filter ?? filters[table]
            let text = ViewText.text(asked.table(table), format)
            overlay = .text(
                TextSheet(title: "\(name) as \(format.rawValue)", lines: text.split(separator: "\n").map(String.init)),
                scroll: ScrollState())
        }
    }

    private mutating func go(to name: String, filter: String?) {
        leave { state in
            switch name {
            case "racks": state.focus = .racks
            case "leaves": state.focus = .leaves
            case "findings": state.focus = .findings
            case "log": state.focus = .log
            default:
                state.focus = .nodes
                if let view = MainView(rawValue: name) { state.main = view }
            }
            if let filter, let table = state.focusedTable { state.filters[table] = filter.isEmpty ? nil : filter }
            state.followSelection()
        }
    }

    /// Goes to an entity by its name.
    mutating func jump(
        to word: String?, among known: [String], _ kind: String, change: (inout AppState, String) -> Void
    ) -> [Effect] {
        guard let word else { return choose(kind) }
        guard known.contains(word) else {
            let hint = DidYouMean.text(word, in: known) ?? "; Tab lists them"
            return refuse("there is no \(kind) '\(word)'\(hint)")
        }
        leave { state in
            if state.focus != .detail { state.origin = state.focus }
            change(&state, word)
            state.selectSubject()
            state.focus = .detail
            state.textScroll = ScrollState()
        }
        return []
    }

    /// Offers all of a kind to be chosen from.
    private mutating func choose(_ kind: String) -> [Effect] {
        overlay = .palette(finder(kind + " "))
        return []
    }

    /// Selects what the detail is about in the list that holds it, so that both tell of the same.
    private mutating func selectSubject() {
        switch subject {
        case .node(let node): tables[.nodes, default: TableState()].select(.node(node))
        case .leaf(let leaf): tables[.leaves, default: TableState()].select(.leaf(leaf))
        case .rack(let rack): tables[.racks, default: TableState()].select(.rack(rack))
        default: break
        }
    }

    /// What a rule means.
    mutating func explain(_ rule: String?) {
        guard let rule else {
            overlay = .text(TextSheet(title: "rules (:explain RULE)", lines: RuleBook.list), scroll: ScrollState())
            return
        }
        guard let lines = RuleBook.text(rule) else {
            let hint = DidYouMean.text(rule, in: RuleBook.names) ?? "; :explain lists them"
            toast = Toast(.error, "there is no rule '\(rule)'\(hint)")
            return
        }
        overlay = .text(TextSheet(title: "rule \(rule)", lines: lines), scroll: ScrollState())
    }

    /// Asks for another context.
    mutating func switchContext(_ name: String?) -> [Effect] {
        guard !contexts.isEmpty else {
            return refuse("context: the configuration names no other; this is \(label.context)")
        }
        guard let name else { return choose("context") }
        guard contexts.contains(name) else {
            let hint = DidYouMean.text(name, in: contexts) ?? "; there are \(contexts.joined(separator: ", "))"
            return refuse("context '\(name)' is unknown\(hint)")
        }
        if let running = runningOperation { return refuse("\(running.title) is running; abort it or wait for its end") }
        return [.context(name)]
    }

    /// Changes a setting.
    mutating func set(_ words: [String]) -> [Effect] {
        let names = ConsoleSettings.names.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        guard words.count == 2 else { return refuse("set NAME VALUE: \(names)") }
        if words[0] == "marks" {
            guard let seconds = Double(words[1].replacing("s", with: "")), (0...3600).contains(seconds) else {
                return refuse("set marks SECONDS: 0 to 3600, not '\(words[1])'")
            }
            settings.markSeconds = seconds
            toast = Toast(.info, "changed cells stay marked for \(Int(seconds)) s")
            return []
        }
        guard let isOn = ["on": true, "off": false][words[1]] else {
            return refuse("set \(words[0]) on|off, not '\(words[1])'")
        }
        switch words[0] {
        case "bell": settings.ringsBell = isOn
        case "mouse": return setMouse(isOn)
        case "problems": onlyProblems = isOn
        default:
            return refuse("there is no setting '\(words[0])'; there are \(names)")
        }
        toast = Toast(.info, "\(words[0]) \(words[1])")
        return []
    }

    /// Takes or leaves the mouse.
    mutating func setMouse(_ isOn: Bool) -> [Effect] {
        hasMouse = isOn
        toast = Toast(
            .info, isOn ? "the mouse is taken: hold Shift to select text" : "the mouse is the terminal's own again")
        return [.mouse(isOn)]
    }

    /// Gives the simulated fabric a fault, or takes it away.
    mutating func setFault(_ words: [String], isOn: Bool) -> [Effect] {
        guard !faults.isEmpty else { return refuse("faults can be given to a simulated fabric only") }
        guard let word = words.first else { return refuse("\(isOn ? "fault" : "clear") NAME[:TARGET]; Tab lists them") }
        return [.fault(word, isOn: isOn)]
    }

    /// Leaves, or asks first while an operation runs.
    mutating func quit() -> [Effect] {
        guard let running = runningOperation else { return [.quit] }
        overlay = .dialog(
            Dialog(
                title: "an operation is running",
                body: [
                    [TextSpan(running.title)],
                    [TextSpan("Leaving stops watching it. What was done stays done; the journal keeps the step.")],
                ],
                buttons: [DialogButton("quit", title: "Quit all the same")], isDangerous: true),
            purpose: .quit)
        return []
    }
}
