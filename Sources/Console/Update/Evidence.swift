import Correlation
import Fabric
import Terminal

extension AppState {
    /// The raw answers behind the selection of the focused pane.
    var evidence: [EvidenceLine] {
        guard let snapshot else { return [] }
        if case .finding(let identity) = selectedOrSubject, let finding = finding(identity) { return finding.evidence }
        switch selectedOrSubject {
        case .leaf(let leaf)?: return leafEvidence(leaf, snapshot)
        case .node(let node)?: return nodeEvidence(node, snapshot)
        case .session(let key)?: return leafEvidence(key.leaf, snapshot) + nodeEvidence(key.node, snapshot)
        case .ledger(let key, _)?:
            return routesFirst(nodeEvidence(key.node, snapshot) + leafEvidence(key.leaf, snapshot))
        case .service(_, let leaf)?: return routesFirst(leafEvidence(leaf, snapshot))
        case .peer: return subjectLeaf.map { leafEvidence($0, snapshot) } ?? []
        case .route:
            let all = subjectLeaf.map { leafEvidence($0, snapshot) } ?? subjectNode.map { nodeEvidence($0, snapshot) }
            return routesFirst(all ?? [])
        case .rack(let name)?:
            let leaves = picture?.inventory.rack(name)?.leaves ?? []
            return leaves.flatMap { leafEvidence($0, snapshot) }
        default: return []
        }
    }

    /// Answers about routes before the others: they are what a row about a prefix rests on.
    private func routesFirst(_ lines: [EvidenceLine]) -> [EvidenceLine] {
        func isAboutRoutes(_ line: EvidenceLine) -> Bool { line.command.contains("route") }
        return lines.filter(isAboutRoutes) + lines.filter { !isAboutRoutes($0) }
    }

    /// What stands in the raw text where the selected row comes from: a prefix, or the address of a peer.
    var evidenceWord: String? {
        switch selectedOrSubject {
        case .ledger(_, let prefix)?, .service(let prefix, _)?, .route(let prefix)?: prefix.description
        case .peer(let address)?: address.description
        case .session(let key)?:
            picture?.sessions.first { $0.key == key }?.nodeAddress?.description
        case .finding(let identity)?: identity.subject.prefix?.description
        default: nil
        }
    }

    /// Shows raw text, at the place that the selected row comes from where it can be found.
    mutating func show(evidence lines: [String], title: String) {
        overlay = .text(TextSheet(title: "evidence: \(title)", lines: lines), scroll: ScrollState())
        search = nil
        guard let word = evidenceWord, lines.contains(where: { $0.contains(word) }) else { return }
        search(for: word)
        tellSearch()
    }

    /// A title for the evidence.
    var evidenceTitle: String {
        switch selectedOrSubject {
        case .leaf(let leaf)?: "leaf \(leaf)"
        case .node(let node)?: node.text
        case .session(let key)?: "\(key.node) and leaf \(key.leaf)"
        case .ledger(let key, let prefix)?: "\(prefix) of \(key.node) on leaf \(key.leaf)"
        case .service(let prefix, let leaf)?: "\(prefix) on leaf \(leaf)"
        case .finding(let identity)?: identity.rule.text
        case .rack(let rack)?: rack
        case .peer(let address)?: address.description
        case .route(let prefix)?: prefix.description
        default: "evidence"
        }
    }

    /// The finding with an identity in the present picture.
    func finding(_ identity: Finding.Identity) -> Finding? {
        picture?.findings.first { $0.identity == identity }
    }

    private var selectedOrSubject: RowID? {
        if let name = focusedTable { return selection(of: name) }
        switch subject {
        case .rack(let rack): return .rack(rack)
        case .node(let node): return .node(node)
        case .leaf(let leaf): return .leaf(leaf)
        case .finding(let identity): return .finding(identity)
        case .nothing: return nil
        }
    }

    private func leafEvidence(_ leaf: LeafID, _ snapshot: Snapshot) -> [EvidenceLine] {
        guard let state = snapshot.leaves[leaf] else { return [] }
        let tables = state.routes.values.map(\.provenance).sorted { $0.command < $1.command }
        return ([state.summaries?.provenance].compactMap { $0 } + tables).map { EvidenceLine($0, excerpt: "") }
    }

    private func nodeEvidence(_ node: NodeName, _ snapshot: Snapshot) -> [EvidenceLine] {
        guard let state = snapshot.nodes[node] else { return [] }
        let exports = state.exports.sorted { $0.key < $1.key }.map(\.value.provenance)
        let told = [
            state.calico?.provenance, state.protocols?.provenance, state.bird?.provenance, state.routes?.provenance,
        ]
        return (told.compactMap { $0 } + exports).map { EvidenceLine($0, excerpt: "") }
    }
}
