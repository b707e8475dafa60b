import Correlation
import Fabric
import Terminal

/// The words of BIRD and NX-OS that ask for routes.
enum RouteWords {
    static let bird = ["for", "in", "export", "protocol", "all"]

    /// Names that `export` takes: BIRD's protocols of the node's sessions, and the leaves they lead to.
    static func exports(_ state: AppState) -> [String] {
        guard let node = state.routeNode, let picture = state.picture,
            let sessions = picture.nodes.first(where: { $0.node.name == node })?.sessions
        else { return [] }
        return sessions.map { picture.inventory.leaf($0.key.leaf)?.name ?? "leaf-\($0.key.leaf)" }
            + sessions.compactMap { $0.nodePeer?.value.protocolName }
    }

    static func candidates(_ state: AppState, _ done: [String]) -> [String] {
        switch done.last {
        case "export", "protocol": exports(state)
        case "for", "in": []
        default: bird.filter { !done.contains($0) }
        }
    }

    /// The filter that the words after `show route` amount to.
    static func filter(_ words: [String]) -> Result<String, CommandRefusal> {
        var terms: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "all": continue
            case "for":
                guard let value = rest.popFirst(), IPAddress(value) != nil || IPPrefix(value) != nil else {
                    return .failure(CommandRefusal("show route for ADDRESS: '\(words.last ?? "")' is not an address"))
                }
                terms.append("prefix:\(value)")
            case "in":
                guard let value = rest.popFirst(), IPPrefix(value) != nil else {
                    return .failure(CommandRefusal("show route in PREFIX: '\(words.last ?? "")' is not a prefix"))
                }
                terms.append("prefix:\(value)")
            case "export", "protocol":
                guard let value = rest.popFirst() else {
                    return .failure(
                        CommandRefusal("show route \(word) NAME: a BIRD protocol or a leaf; Tab lists them"))
                }
                terms.append(word == "export" ? "export:=\(value)" : "from:=\(value)")
            default:
                guard IPPrefix(word) != nil else {
                    let hint = DidYouMean.text(word, in: bird) ?? "; show route for ADDRESS, in PREFIX, export NAME"
                    return .failure(
                        CommandRefusal("show route: '\(word)' is neither a prefix nor a word of BIRD\(hint)"))
                }
                terms.append("prefix:=\(word)")
            }
        }
        return .success(terms.joined(separator: " "))
    }
}

extension AppState {
    /// The node whose table is meant: the detail's, the selected one, else the first.
    var routeNode: NodeName? { subjectNode ?? operationTargets.first ?? picture?.nodes.first?.node.name }

    /// The leaf whose table is meant: the detail's, the first of the node's, else the first of all.
    private var routeLeaf: LeafID? {
        if let leaf = subjectLeaf { return leaf }
        let sessions = picture?.nodes.first { $0.node.name == subjectNode }?.sessions
        return sessions?.first?.key.leaf ?? picture?.leaves.first?.leaf.id
    }

    /// BIRD's `show route`: the node's table beside what its leaves do with it; on a leaf's detail the leaf's.
    mutating func showRoute(_ words: [String]) {
        switch RouteWords.filter(words) {
        case .failure(let refusal): toast = Toast(.error, refusal.text)
        case .success(let filter):
            if subjectLeaf != nil, !filter.contains("export:"), !filter.contains("from:") {
                return showLeaf(.routes, filter: filter)
            }
            guard let node = routeNode else { return toast = Toast(.error, "no node is known yet") }
            showNode(node, .routes, filter: filter)
        }
    }

    /// BIRD's `show protocols`: the node's sessions.
    mutating func showProtocols(_ words: [String]) {
        guard let node = routeNode else { return toast = Toast(.error, "no node is known yet") }
        let name = words.last { $0 != "all" }
        let session = picture?.nodes.first { $0.node.name == node }?.sessions.first { session in
            session.nodePeer?.value.protocolName == name
        }
        showNode(node, .sessions, filter: session.map { "leaf:=\($0.key.leaf)" } ?? name.map { "leaf:\($0)" } ?? "")
    }

    /// NX-OS's `show ip route`: the leaf's table, of an address its longest match.
    mutating func showLeafRoute(_ words: [String]) {
        let words = words.filter { $0 != "vrf" && $0 != label.vrf }
        guard words.allSatisfy({ IPPrefix($0) != nil }) else {
            let word = words.first { IPPrefix($0) == nil } ?? ""
            return toast = Toast(.error, "show ip route ADDRESS: '\(word)' is neither an address nor a prefix")
        }
        showLeaf(.routes, filter: words.first.map { "prefix:\($0)" } ?? "")
    }

    /// Goes to a tab of the leaf that is meant.
    mutating func showLeaf(_ tab: LeafTab, filter: String?) {
        guard let leaf = routeLeaf else { return toast = Toast(.error, "no leaf is known yet") }
        leave { state in
            if state.focus != .detail { state.origin = state.focus }
            (state.subject, state.leafTab, state.focus) = (.leaf(leaf), tab, .detail)
            if let filter { state.filters[tab == .routes ? .leafRoutes : .leafPeers] = filter.isEmpty ? nil : filter }
        }
    }

    private mutating func showNode(_ node: NodeName, _ tab: NodeTab, filter: String) {
        leave { state in
            if state.focus != .detail { state.origin = state.focus }
            (state.subject, state.nodeTab, state.focus) = (.node(node), tab, .detail)
            if let table = state.focusedTable { state.filters[table] = filter.isEmpty ? nil : filter }
        }
    }
}
