import Correlation
import Fabric
import Operations
import Terminal

/// The commands of `:`; the words are those of the batch commands where both exist.
enum ConsoleCommand: CaseIterable {
    case view, racks, leaves, findings, log, drain, restore, push, abort, unlock, lock, fault, clear, theme, route
    case help, poll, freeze, quit

    /// The first words that a person types.
    var words: [String] {
        switch self {
        case .view: MainView.allCases.map(\.rawValue)
        case .route: ["show route for"]
        case .quit: ["quit", "q"]
        default: ["\(self)"]
        }
    }

    /// What stands after the words in completions and help.
    var argument: String? {
        switch self {
        case .drain, .restore, .push: "NODE"
        case .fault, .clear: "FAULT"
        case .theme: "NAME"
        case .route: "ADDRESS"
        default: nil
        }
    }

    /// Splits a typed line into a command and its argument; nil where no command begins like it.
    static func parse(_ text: String) -> (command: ConsoleCommand, word: String, argument: String)? {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for command in allCases {
            for word in command.words where line == word || line.hasPrefix(word + " ") {
                return (command, word, String(line.dropFirst(word.count)).trimmingPrefix(" ").description)
            }
        }
        return nil
    }

    /// The line completed as far as it is certain; nil where nothing fits.
    static func completion(of text: String, in state: AppState) -> String? {
        let candidates = allCases.flatMap { command in
            command.words.flatMap { word in
                command.candidates(in: state).map { word + $0 }
            }
        }
        let fitting = candidates.filter { $0.hasPrefix(text) }
        guard let first = fitting.first else { return nil }
        return fitting.dropFirst().reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
    }

    /// What may follow the words.
    private func candidates(in state: AppState) -> [String] {
        switch self {
        case .drain, .restore, .push:
            [""] + (state.picture?.nodes.map { " " + $0.node.name.text } ?? [])
        case .fault, .clear: [""] + state.faults.map { " " + $0 }
        case .theme: [""] + state.themeNames.map { " " + $0 }
        case .route: [" "]
        default: [""]
        }
    }
}

extension AppState {
    /// Runs what was typed at `:`.
    mutating func run(command text: String) -> [Effect] {
        guard let (command, word, argument) = ConsoleCommand.parse(text) else {
            toast = Toast(.error, "no command begins with '\(text)'; Tab completes, ? helps")
            return []
        }
        switch command {
        case .view: if let view = MainView(rawValue: word) { swapMain(to: view) }
        case .racks: focus(on: .racks)
        case .leaves: focus(on: .leaves)
        case .findings: focus(on: .findings)
        case .log: focus(on: .log)
        case .drain, .restore, .push: return openPlan(word, nodes: argument.isEmpty ? nil : [NodeName(argument)])
        case .unlock: openUnlockDialog()
        case .route: showRoute(for: argument)
        case .help: overlay = .help(ScrollState())
        case .freeze: toggleFreeze()
        case .abort: return ActionRegistry.action("abort").map { perform($0) } ?? []
        default: return effects(of: command, argument)
        }
        return []
    }

    private mutating func effects(of command: ConsoleCommand, _ argument: String) -> [Effect] {
        switch command {
        case .lock: return [.lock]
        case .poll: return [.poll(nil)]
        case .theme: return [.theme(argument)]
        case .quit: return quit()
        case .fault, .clear:
            guard !faults.isEmpty else {
                toast = Toast(.warning, "faults can be given to a simulated fabric only")
                return []
            }
            return [.fault(argument, isOn: command == .fault)]
        default: return []
        }
    }

    /// BIRD's words: the leaf's longest match for an address, on the leaf that the detail is about or the first.
    private mutating func showRoute(for argument: String) {
        guard IPAddress(argument) != nil else {
            toast = Toast(.error, "show route for ADDRESS: '\(argument)' is not an address")
            return
        }
        if subjectLeaf == nil, let leaf = picture?.leaves.first { subject = .leaf(leaf.leaf.id) }
        leafTab = .routes
        filters[.leafRoutes] = argument
        if focus != .detail { origin = focus }
        focus = .detail
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
