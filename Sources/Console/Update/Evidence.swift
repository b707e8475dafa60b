import Correlation
import Fabric

extension AppState {
    /// The raw answers behind the selection of the focused pane.
    var evidence: [EvidenceLine] {
        guard let snapshot else { return [] }
        if case .finding(let identity) = selectedOrSubject, let finding = finding(identity) { return finding.evidence }
        switch selectedOrSubject {
        case .leaf(let leaf)?: return leafEvidence(leaf, snapshot)
        case .node(let node)?: return nodeEvidence(node, snapshot)
        case .session(let key)?, .ledger(let key, _)?:
            return leafEvidence(key.leaf, snapshot) + nodeEvidence(key.node, snapshot)
        case .service(_, let leaf)?: return leafEvidence(leaf, snapshot)
        case .peer, .route:
            if let leaf = subjectLeaf { return leafEvidence(leaf, snapshot) }
            if let node = subjectNode { return nodeEvidence(node, snapshot) }
            return []
        case .rack(let name)?:
            let leaves = picture?.inventory.rack(name)?.leaves ?? []
            return leaves.flatMap { leafEvidence($0, snapshot) }
        default: return []
        }
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
        case .audit(let rule, let place): return .audit(rule: rule, place: place)
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
