import Fabric
import FoundationEssentials

extension RuleContext {
    /// What both ends say of a session, or why an end says nothing.
    func evidence(of session: Session) -> [EvidenceLine] { [leafLine(session), nodeLine(session)] }

    private func leafLine(_ session: Session) -> EvidenceLine {
        if let peer = session.leafPeer { return EvidenceLine(peer.provenance, excerpt: peer.value.words) }
        let address = session.nodeAddress?.description ?? "the node"
        if session.isLeafRead, let provenance = facts.leaves[session.key.leaf]?.provenance {
            return EvidenceLine(provenance, excerpt: "no neighbor \(address)")
        }
        return silence(of: .leaf(session.key.leaf), command: "show ip bgp summary")
    }

    private func nodeLine(_ session: Session) -> EvidenceLine {
        let node = facts.nodes[session.key.node]
        if let peer = session.nodePeer { return EvidenceLine(peer.provenance, excerpt: peer.value.words) }
        guard let node, let provenance = node.provenance else {
            return silence(of: .node(session.key.node), command: "calicoctl node status")
        }
        if let outage = node.outage {
            let told = snapshot.nodes[session.key.node]?.calico
            let remark = told?.value.remarks.first { $0.contains("not running") || $0.contains("are running") }
            return EvidenceLine(
                told?.provenance ?? provenance,
                excerpt: outage == .bird ? remark ?? "BIRD is not running" : "Calico process is not running.")
        }
        let address = session.leafAddress?.description ?? name(session.key.leaf)
        return EvidenceLine(provenance, excerpt: "no peer \(address)")
    }

    private func silence(of source: SourceID, command: String) -> EvidenceLine {
        let error = snapshot.sources[source]?.error?.cause
        return EvidenceLine(source: source, command: command, excerpt: "not read" + (error.map { ": " + $0 } ?? ""))
    }

    /// The rule that says why a node draws nothing for a prefix on a leaf although its session is up; nil: none does.
    func explanation(of prefix: IPPrefix, _ key: SessionKey) -> RuleID? {
        if session(key)?.isRecovering == true { return RecoveryWait.id }
        return rejected[key]?.contains(prefix) == true ? PrefixNotAccepted.id : nil
    }

    /// Why a host as a whole does not answer; nil where it does, or where it answers but a service on it does not.
    func silence(of source: SourceID) -> SourceError? {
        guard let error = snapshot.sources[source]?.error, error.kind == .unreachable || error.kind == .timedOut,
            !error.cause.lowercased().contains("refused")
        else { return nil }
        return error
    }

    /// Whether an end that was read is too old to count.
    func isTrusted(_ provenance: Provenance?) -> Bool { provenance.map { !facts.isOld($0) } ?? false }

    /// When a session was lost: the leaf's word, else the node's.
    func lost(_ session: Session) -> Date? { session.leafLost ?? session.since }

    /// Nodes that are judged: those not in maintenance.
    func isJudged(_ session: Session) -> Bool { !isInMaintenance(session.key.node) }
}

/// The first few of a list, and how many more there are.
func listed(_ items: [some CustomStringConvertible], limit: Int = 4) -> String {
    let shown = items.prefix(limit).map(\.description).joined(separator: ", ")
    return items.count > limit ? shown + " and \(items.count - limit) more" : shown
}

/// `1 prefix`, `3 prefixes`.
func counted(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }

/// `one` or `many` by a count.
func agreeing(_ count: Int, _ one: String, _ many: String) -> String { count == 1 ? one : many }

extension RuleContext {
    /// A warning about one node and one or both of its sessions, since the first of them was lost.
    func finding(
        _ rule: RuleID, _ node: Node, _ sessions: [Session], what: String, cause: String, remedy: String,
        evidence: [EvidenceLine]
    ) -> Finding {
        let leaves = sessions.map { name($0.key.leaf) }
        return Finding(
            rule: rule, severity: .warning,
            subject: Subject(rack: node.rack, leaf: sessions.count == 1 ? sessions[0].key.leaf : nil, node: node.name),
            since: sessions.compactMap { lost($0) }.min(),
            summary: "\(node.name) and \(listed(leaves)): \(what)", cause: cause, evidence: evidence, remedy: remedy)
    }
}
