import Correlation
import Fabric
public import Terminal

extension AppState {
    /// The most entities that the palette lists for one query.
    private static let entityLimit = 60

    /// Everything that can be done or gone to, to be found by its words.
    mutating func openPalette() { overlay = .palette(finder("")) }

    /// The palette for what is typed so far: of thousands of nodes only those that can match are listed.
    public func finder(_ query: String) -> Palette {
        func actions(_ groups: [ActionGroup]) -> [PaletteItem] {
            groups.flatMap { group in ActionRegistry.all.filter { $0.group == group && $0.id != "interrupt" } }.map {
                PaletteItem(
                    id: "action:\($0.id)", title: $0.title, keys: keyMap.labels(of: $0.id),
                    disabledReason: $0.availability(self).reason)
            }
        }
        let views = ViewRequest.names.map { name, _ in
            PaletteItem(id: "run:\(name)", title: "view \(name)", keys: ":\(name)")
        }
        // Who opens the finder looks for something with a name; how to move is what the hand knows.
        return Palette(
            title: "find an action, a view, a node",
            items: actions([.look, .change, .find]) + views + entities(query) + actions([.console]) + looks
                + actions([.panes, .move]),
            query: query)
    }

    private func entities(_ query: String) -> [PaletteItem] {
        let wanted = Array(query.lowercased().utf8.filter { $0 != 32 })
        func fits(_ title: String) -> Bool {
            var rest = wanted[...]
            for byte in title.utf8 where byte == rest.first || ((65...90).contains(byte) && byte + 32 == rest.first) {
                rest = rest.dropFirst()
            }
            return rest.isEmpty
        }
        let named =
            rackWords.map { ("rack \($0)", "run:rack \($0)") }
            + (picture?.leaves ?? []).map { ("leaf \($0.leaf.name)", "run:leaf \($0.leaf.id)") }
            + nodeWords.lazy.map { ("node \($0)", "run:node \($0)") }
            + serviceWords.lazy.map { ("service \($0)", "run:services service:=\($0)") }
        return named.lazy.filter { fits($0.0) }.prefix(AppState.entityLimit).map { title, id in
            PaletteItem(id: id, title: title)
        }
    }

    /// Themes, contexts and faults.
    private var looks: [PaletteItem] {
        themeNames.map { name in
            PaletteItem(
                id: "run:theme \(name)", title: "theme \(name)",
                disabledReason: name == themeName ? "it is the present one" : nil)
        }
            + contexts.map { name in
                PaletteItem(
                    id: "run:context \(name)", title: "context \(name)",
                    disabledReason: label.source.last == name ? "it is the present one" : nil)
            } + faults.map { PaletteItem(id: "run:fault \($0)", title: "fault \($0)") }
            + [("unlock", "allow changes…"), ("lock", "allow no changes any more"), ("explain", "what the rules mean")]
            .map { PaletteItem(id: "run:\($0)", title: $1, keys: ":\($0)") }
    }

    mutating func handlePalette(_ outcome: PaletteOutcome?) -> [Effect] {
        switch outcome {
        case .chosen(let id):
            overlay = nil
            if id.hasPrefix("run:") { return run(command: String(id.dropFirst(4))) }
            return ActionRegistry.action(String(id.trimmingPrefix("action:"))).map { perform($0) } ?? []
        case .refused(let reason): toast = Toast(.warning, reason)
        case .cancelled: overlay = nil
        case nil: break
        }
        return []
    }

    /// The help of the focused pane: what can be done in it, its filter, then every key and command.
    var helpOverlay: HelpOverlay {
        HelpOverlay(
            title: "help: \(paneWords) (/ searches, Esc closes)",
            sections: paneHelp
                + ActionGroup.allCases.map { group in
                    HelpSection(
                        group.rawValue,
                        ActionRegistry.all.filter { $0.group == group && $0.id != "interrupt" }.map { action in
                            let reason = action.availability(self).reason.map { " (\($0))" } ?? ""
                            return Hint(
                                keyMap.labels(of: action.id), action.title + reason, isEnabled: reason.isEmpty)
                        })
                } + [
                    HelpSection(
                        "Commands",
                        CommandCatalog.all.filter { ActionRegistry.action($0.name) == nil }.map { command in
                            Hint(":" + command.name + (command.usage.isEmpty ? "" : " …"), command.summary)
                        })
                ])
    }

    /// The focused pane as its title names it.
    private var paneWords: String {
        switch focus {
        case .nodes: main.rawValue
        case .detail: [subjectWords, tabWord].compactMap { $0 }.joined(separator: " ")
        default: focus.title.lowercased()
        }
    }

    private var paneHelp: [HelpSection] {
        guard let name = focusedTable else {
            return [HelpSection("This pane", [Hint("text", "scrolls; / searches, n and N go on, y copies")])]
        }
        let keys = table(name).filterKeys.map { $0 + ":" }.joined(separator: " ")
        return [
            HelpSection(
                "This pane",
                [
                    Hint(keyMap.label(of: "open"), opens(name)),
                    Hint(keyMap.label(of: "filter"), "word ~fuzzy !not " + keys),
                ])
        ]
    }

    /// Where Enter leads from a row.
    private func opens(_ name: TableName) -> String {
        switch name {
        case .racks: "the rack's sessions"
        case .nodes: "the node: sessions, prefixes, routes, services, config, events"
        case .leaves: "the leaf: peers, routes, capacity, events"
        case .findings: "cause, remedy and evidence; once more: what it is about"
        case .sessions, .prefixes, .rackSessions: "the node"
        case .audit: "what the white paper recommends, why, and how to mend"
        case .services: "the leaf"
        case .capacity: "what the limit belongs to"
        case .nodeSessions: "the leaf at the other end"
        case .nodePrefixes, .nodeRoutes, .nodeServices: "the leaf's route for the prefix"
        case .leafCapacity: "nothing more: the row says it all"
        case .leafPeers: "the node behind the peer"
        case .leafRoutes: "the node that is the next hop"
        }
    }
}
