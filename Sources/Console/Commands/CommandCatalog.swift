import Correlation
import Fabric
import Terminal

/// Every command of `:`, in the order of help and manual.
public enum CommandCatalog {
    /// The commands; an action of the registry without a command of its own can be typed by its identifier too.
    public static let all: [ConsoleCommand] = views + jumps + devices + changes + console + actions

    private static let views: [ConsoleCommand] = ViewRequest.names.map { name, summary in
        ConsoleCommand(
            name, name == "log" || name == "operations" ? "" : ViewRequest.usage,
            aliases: ViewRequest.aliases[name] ?? [], summary,
            candidates: { state, done in ViewRequest.candidates(state, done) },
            run: { state, arguments in
                state.show(view: name, arguments)
                return []
            })
    }

    private static let jumps: [ConsoleCommand] = [
        ConsoleCommand(
            "node", "NAME", "go to a node", candidates: first { $0.nodeWords },
            run: { state, words in
                state.jump(to: words.first, among: state.nodeWords, "node") { $0.subject = .node(NodeName($1)) }
            }),
        ConsoleCommand(
            "leaf", "NUMBER", "go to a leaf", candidates: first { $0.leafWords },
            run: { state, words in
                let number = words.first.map { String($0.drop { !$0.isNumber }) }
                return state.jump(to: number, among: state.leafWords, "leaf") { state, word in
                    if let number = Int(word) { state.subject = .leaf(LeafID(number)) }
                }
            }),
        ConsoleCommand(
            "rack", "NAME", "go to a rack", candidates: first { $0.rackWords },
            run: { state, words in
                state.jump(to: words.first, among: state.rackWords, "rack") { $0.subject = .rack($1) }
            }),
        ConsoleCommand(
            "explain", "[RULE]", "what a finding means, how it is found, what to do",
            candidates: first { _ in RuleBook.names }
        ) { state, words in
            state.explain(words.first)
            return []
        },
    ]

    private static let devices: [ConsoleCommand] = [
        ConsoleCommand(
            "show route", "[for ADDRESS | in PREFIX | PREFIX] [export NAME] [protocol NAME]",
            "BIRD's table of the node", candidates: { state, done in RouteWords.candidates(state, done) },
            run: { state, words in
                state.showRoute(words)
                return []
            }),
        ConsoleCommand(
            "export", "NAME", "what the node exports to a leaf or BIRD protocol",
            candidates: first { RouteWords.exports($0) },
            run: { state, words in
                state.showRoute(["export"] + words)
                return []
            }),
        ConsoleCommand(
            "show protocols", "[all] [NAME]", "BIRD's sessions of the node",
            candidates: first { RouteWords.exports($0) },
            run: { state, words in
                state.showProtocols(words)
                return []
            }),
        ConsoleCommand("show ip bgp summary", "", aliases: ["show bgp summary"], "the leaf's peers") { state, _ in
            state.showLeaf(.peers, filter: nil)
            return []
        },
        ConsoleCommand(
            "show ip route", "[ADDRESS | PREFIX]", "the leaf's routes; of an address its longest match"
        ) { state, words in
            state.showLeafRoute(words)
            return []
        },
    ]

    private static let changes: [ConsoleCommand] =
        ["drain", "restore", "push"].map { word in
            ConsoleCommand(
                word, "[NODE…]",
                "plan to \(word == "push" ? "re-push the peer config of" : word) nodes, one after the other",
                candidates: { state, done in state.nodeWords.filter { !done.contains($0) } },
                run: { state, words in state.openPlan(word, naming: words) })
        } + [
            action("abort", "abort the running operation"),
            ConsoleCommand("unlock", "", "allow changes for 15 minutes") { state, _ in
                state.openUnlockDialog()
                return []
            },
            ConsoleCommand("lock", "", "allow no changes any more") { _, _ in [.lock] },
        ]

    private static let console: [ConsoleCommand] = [
        ConsoleCommand(
            "context", "NAME", aliases: ["ctx"], "look at another fabric of the configuration",
            candidates: first { $0.contexts },
            run: { state, words in state.switchContext(words.first) }),
        ConsoleCommand(
            "theme", "NAME", "change the theme", candidates: first { $0.themeNames },
            run: { state, words in
                guard let name = words.first else {
                    return state.refuse("theme NAME: \(state.themeNames.joined(separator: ", "))")
                }
                return [.theme(name)]
            }),
        ConsoleCommand(
            "set", "NAME VALUE", "marks SECONDS, bell on|off, mouse on|off, problems on|off",
            candidates: { _, done in
                done.isEmpty
                    ? ConsoleSettings.names.map(\.name) : done.count == 1 && done[0] != "marks" ? ["on", "off"] : []
            }, run: { state, words in state.set(words) }),
        ConsoleCommand("at", "HH:MM[:SS]", "the capture of a moment") { state, words in
            guard state.history != nil else {
                return state.refuse("what is shown is live; a capture folder has moments")
            }
            guard let word = words.first, let seconds = DayTime.seconds(word) else {
                return state.refuse("at HH:MM or HH:MM:SS: '\(words.joined(separator: " "))' is no time of day")
            }
            return [.at(seconds)]
        },
        ConsoleCommand(
            "fault", "NAME", "give the simulated fabric a fault", candidates: first { $0.faults },
            run: { state, words in state.setFault(words, isOn: true) }),
        ConsoleCommand(
            "clear", "NAME", "take the fault away", candidates: first { $0.faults },
            run: { state, words in state.setFault(words, isOn: false) }),
        action("quit", "quit", aliases: ["q", "exit"]),
    ]

    /// The rest of the registry by identifier: whatever a key does can be typed.
    private static let actions: [ConsoleCommand] = {
        let own = Set((views + jumps + devices + changes + console).map(\.name) + ["command", "interrupt"])
        return ActionRegistry.all.filter { !own.contains($0.id) }.map { action($0.id, $0.title) }
    }()

    private static func action(_ id: String, _ summary: String, aliases: [String] = []) -> ConsoleCommand {
        ConsoleCommand(id, "", aliases: aliases, summary) { state, _ in
            ActionRegistry.action(id).map { state.perform($0) } ?? []
        }
    }

    /// Candidates for the first word after the command only.
    private static func first(
        _ words: @escaping @Sendable (AppState) -> [String]
    ) -> @Sendable (AppState, [String]) -> [String] {
        { state, done in done.isEmpty ? words(state) : [] }
    }
}

/// A time of day.
enum DayTime {
    /// Seconds since midnight of `14:02` or `14:02:11`; nil for anything else.
    static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0, (0..<24).contains(hour), (0..<60).contains(minute),
            (0..<60).contains(second)
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }
}
