import Fabric
import FoundationEssentials

/// Findings that showed while watching and are not told yet: what they rest on has to be read again first.
///
/// A change takes some seconds from Calico's datastore through confd, BIRD and BGP into a leaf's table, and each of
/// these is read at its own time: a difference that begins before one's eyes may be a change on its way. What is there
/// when the watch begins is told at once, since nothing says that it is young.
struct WaitingFindings {
    /// When the watch began.
    let began: Date
    /// When each waiting finding first showed.
    private(set) var first: [Finding.Identity: Date] = [:]
    private let former: [Finding.Identity: Date]
    private let known: Set<Finding.Identity>
    private let now: Date

    /// Seconds from the beginning of a watch in which sources answer for the first time.
    static let firstLook = 10.0

    init(previous: Picture?, now: Date) {
        began = previous?.began ?? now
        former = previous?.waiting ?? [:]
        known = Set(previous?.findings.map(\.identity) ?? [])
        self.now = now
    }

    /// The findings of a rule that may be told now.
    mutating func settled(
        _ found: [Finding], of rule: any FindingRule.Type, _ context: RuleContext
    ) -> [Finding] {
        guard rule.settling > 0, !found.isEmpty else { return found }
        return found.filter { finding in
            let identity = finding.identity
            if known.contains(identity) { return true }
            if former[identity] == nil, now.timeIntervalSince(began) < WaitingFindings.firstLook { return true }
            let since = former[identity] ?? now
            let read = rule.restsOn(finding, context) ?? now
            if read.timeIntervalSince(since) >= rule.settling { return true }
            first[identity] = since
            return false
        }
    }
}

extension RuleContext {
    /// When a node and the leaves of its rack were all last read; nil where one was not.
    func readAt(_ node: NodeName?) -> Date? {
        guard let node else { return nil }
        let leaves = sessions(of: node).map { facts.leaves[$0.key.leaf]?.provenance?.at }
        let all = leaves + [facts.nodes[node]?.provenance?.at]
        return all.contains(nil) ? nil : all.compactMap { $0 }.min()
    }

    /// When all that tells what a node should advertise and what it does were last read: Kubernetes, the node, its
    /// leaves. Without a node: every node.
    func readAtBothEnds(_ node: NodeName?) -> Date? {
        let nodes = node.map { [readAt($0)] } ?? facts.nodes.values.map { $0.provenance?.at }
        let cluster = [snapshot.cluster.endpoints?.at, snapshot.cluster.blocks?.at]
        return nodes.contains(nil) ? nil : (nodes + cluster).compactMap { $0 }.min()
    }

    /// When a leaf was last read.
    func readAt(_ leaf: LeafID?) -> Date? { leaf.flatMap { facts.leaves[$0]?.provenance?.at } }

    /// When the leaves of a rack were all last read.
    func readAt(rack: String?) -> Date? {
        let leaves = picture.inventory.rack(rack)?.leaves ?? []
        return leaves.compactMap { facts.leaves[$0]?.provenance?.at }.min()
    }
}
