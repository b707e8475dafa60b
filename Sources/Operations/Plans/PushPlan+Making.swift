import Correlation
import Design
import Fabric
import FoundationEssentials
import Polling

extension PushPlan {
    /// The plan for a node from the facts at hand.
    init(of node: NodeName, in context: PlanContext) {
        let seen = context.kubernetesNode(node)
        let leaves = context.leaves(of: node)
        let intended = context.node(node).map { IntendedPeers.peers(of: $0, in: context.picture.inventory) } ?? []
        let difference = PeerDifference(
            node: node, labels: seen?.labels ?? [:], intended: intended,
            live: context.snapshot.cluster.peers?.value ?? [])
        let changes = context.snapshot.cluster.peers == nil ? [] : difference.changes
        self.init(
            node: node, rack: context.rack(of: node)?.name, target: context.target(.push, of: node), leaves: leaves,
            intended: intended, peers: changes,
            asChange: PushPlan.asChange(context.node(node)?.asn, seen, context), document: "", rollback: "",
            profiles: ProfileDifference(node: node, context: context).changes,
            writesControllers: context.controllersAreWritable, leaving: context.leaving, reset: nil, protocols: [],
            resets: [],
            sessions: context.sessions(of: node),
            ages: ([.kubernetes, .node(node)] + leaves.map(SourceID.leaf)).map(context.age), blockers: [], warnings: [])
        write(seen)
        protocols = leaves.compactMap { leaf in
            let session = sessions.first { $0.key.leaf == leaf }
            return session?.nodePeer?.value.protocolName.map { LeafProtocol(leaf: leaf, name: $0) }
        }
        if differsNowhere, context.reset != nil { reset = context.reset }
        resets = expectedResets
        let obstacles = PushObstacles(plan: self, difference: difference, context: context)
        blockers = obstacles.blockers
        warnings = obstacles.warnings
    }

    private static func asChange(_ asn: ASN?, _ seen: KubernetesNode?, _ context: PlanContext) -> ASChange? {
        guard let asn, let seen else { return nil }
        let inherited = context.snapshot.cluster.bgpConfiguration?.value?.asn
        guard (seen.calicoAS ?? inherited) != asn else { return nil }
        return ASChange(
            live: seen.calicoAS, intended: asn, isEmitted: CalicoDocument.node(seen, asn: asn) != nil)
    }

    private mutating func write(_ seen: KubernetesNode?) {
        var documents: [String] = []
        var former: [String] = []
        if let emittedAS, let seen, let text = CalicoDocument.node(seen, asn: emittedAS.intended) {
            documents.append(text)
            former += [CalicoDocument.node(seen, asn: emittedAS.live)].compactMap { $0 }
        }
        for change in chosenPeers {
            switch change {
            case .create(let peer): documents.append(CalicoDocument.peer(peer))
            case .replace(let live, let peer):
                documents.append(CalicoDocument.peer(peer))
                former.append(CalicoDocument.peer(live.unversioned))
            case .keep, .extra: break
            }
        }
        document = CalicoDocument.text(documents)
        rollback = CalicoDocument.text(former)
    }

    /// The sessions of changed objects; all of them where the AS changes.
    private var expectedResets: [SessionKey] {
        if reset == .restart { return protocols.map { SessionKey(node: node, leaf: $0.leaf) } }
        if emittedAS != nil || !posted.isEmpty { return leaves.map { SessionKey(node: node, leaf: $0) } }
        let addresses = chosenPeers.flatMap { change -> [IPAddress] in
            switch change {
            case .replace(let live, let peer): [live.peerIP, peer.peerIP]
            case .create, .keep, .extra: []
            }
        }
        return sessions.filter { $0.leafAddress.map(addresses.contains) == true }.map(\.key)
    }

    /// Whether the push would change anything.
    public var isEmpty: Bool { document.isEmpty && posted.isEmpty && reset == nil }

    /// What is posted to the controllers; empty where nothing differs there or they cannot be written.
    public var posted: [ProfileChange] {
        writesControllers ? profiles.filter { !leaving.contains("bgpPeerP/\($0.name)") } : []
    }

    /// What happens to the BGPPeers that are not left as they are.
    var chosenPeers: [PeerChange] {
        peers.filter { change in change.objectName.map { !leaving.contains($0) } ?? true }
    }

    /// The change of the AS that the push carries; nil where there is none.
    var emittedAS: ASChange? {
        asChange.flatMap { $0.isEmitted && !leaving.contains("node/\(node)") ? $0 : nil }
    }

    /// The objects that differ and that a push may change, each of which may be left as it is.
    public var objects: [PushObject] {
        let number = asChange?.isEmitted == true ? ["node/\(node)"] : []
        let profiles = writesControllers ? profiles.map { "bgpPeerP/\($0.name)" } : []
        return (number + peers.compactMap(\.objectName) + profiles).map {
            PushObject(name: $0, isLeft: leaving.contains($0))
        }
    }

    /// Whether neither Calico nor the controllers differ from the design.
    public var differsNowhere: Bool {
        let isKept = peers.allSatisfy { if case .keep = $0 { true } else { false } }
        return !intended.isEmpty && peers.count == intended.count && isKept && asChange == nil && profiles.isEmpty
    }

    /// The former state of all that is changed, for the journal: YAML, then a line of JSON for each peer profile.
    var former: String {
        ([rollback] + posted.map(\.former.json)).filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    /// How to go back by hand, in words.
    var undo: String {
        let created = chosenPeers.compactMap { if case .create(let peer) = $0 { peer.name } else { nil } }
        let back =
            rollback.isEmpty ? [] : ["apply the former objects, which the journal holds with the start of this push"]
        let gone = created.isEmpty ? [] : ["calicoctl delete bgppeer " + created.joined(separator: " ")]
        let posts = posted.isEmpty ? [] : ["post the former peer profile, which the journal holds"]
        return (back + gone + posts).joined(separator: "; ")
    }

    /// The command that sets the AS alone, for where the Node object cannot be written whole.
    var patch: String? {
        asChange.map { "calicoctl patch node \(node) --patch '{\"spec\":{\"bgp\":{\"asNumber\":\($0.intended)}}}'" }
    }
}

extension PeerChange {
    /// The name of the object that a push changes; nil where it leaves it alone by itself.
    var objectName: String? {
        switch self {
        case .create(let peer), .replace(_, let peer): "bgppeer/\(peer.name)"
        case .keep, .extra: nil
        }
    }
}
