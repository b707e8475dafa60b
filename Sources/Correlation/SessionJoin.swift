import Design
import Fabric
import FoundationEssentials

/// Joins what leaves and nodes say of the same session: by the node's address on the leaf, by the leaf's on the node.
struct SessionJoin {
    let facts: Facts
    let inventory: Inventory
    private let index: InventoryIndex
    private let racks: [String: Rack]
    private let ends: [LeafID: LeafEnd]

    /// What every session of a leaf is joined with.
    private struct LeafEnd {
        var facts: LeafFacts?
        var history: [IPAddress: SessionHistory]
        var sharedAddress: IPAddress?
        var isOld = false
        var interval = 0.0

        init(_ leaf: Leaf, _ facts: Facts) {
            self.facts = facts.leaves[leaf.id]
            history = facts.snapshot.leaves[leaf.id]?.history ?? [:]
            sharedAddress = leaf.sharedAddress
            guard let provenance = self.facts?.provenance else { return }
            isOld = facts.isOld(provenance)
            interval = facts.interval(provenance)
        }
    }

    init(_ facts: Facts, _ inventory: Inventory, _ index: InventoryIndex) {
        self.facts = facts
        self.inventory = inventory
        self.index = index
        racks = Dictionary(inventory.racks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        ends = Dictionary(
            inventory.leaves.map { ($0.id, LeafEnd($0, facts)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Every session that the inventory implies, by node, then leaf in the rack's order.
    func sessions() -> [Session] {
        var sessions: [Session] = []
        sessions.reserveCapacity(inventory.nodes.count * 2)
        for node in index.sorted { sessions += self.sessions(of: node) }
        return sessions
    }

    private func sessions(of node: Node) -> [Session] {
        guard let rack = node.rack.flatMap({ racks[$0] }) else { return [] }
        return zip(rack.leaves, match(node, rack)).map { session(node, rack, $0, $1) }
    }

    /// The sessions of the same inventory as before: those are joined again of which an end told anything, or of which
    /// losses leave the watched window as time goes on. One that is told in the same words stays the one it was.
    func sessions(after former: Basis) -> [Session] {
        guard let news = facts.news else { return sessions() }
        var sessions = former.sessions
        let leaves = newLeaves(news, former)
        for (name, places) in zip(former.places.nodes, former.places.ranges) {
            let isNodeNew = news.nodes.contains(name) || news.sources.contains(.node(name))
            let isNew = { place in sessions[place].losses > 0 || leaves.contains(sessions[place].key.leaf) }
            guard isNodeNew || places.contains(where: isNew), let node = former.index.nodes[name],
                let rack = node.rack.flatMap({ racks[$0] }), rack.leaves.count == places.count
            else { continue }
            let matched = match(node, rack)
            for (place, (leaf, match)) in zip(places, zip(rack.leaves, matched)) where isNodeNew || isNew(place) {
                let session = session(node, rack, leaf, match)
                if session != sessions[place] { sessions[place] = session }
            }
        }
        return sessions
    }

    /// Leaves whose end of every session has to be looked at.
    private func newLeaves(_ news: FactNews, _ former: Basis) -> Set<LeafID> {
        var leaves = news.leaves
        for (leaf, state) in facts.snapshot.leaves
        where news.sources.contains(.leaf(leaf)) || former.facts.snapshot.leaves[leaf]?.history != state.history {
            leaves.insert(leaf)
        }
        return leaves
    }

    /// The leaf's address on the node's subnet, and the node's row for it.
    private struct Match {
        var address: IPAddress?
        var peer: NodePeer?
    }

    /// Finds each leaf's peer on a node: by the router id that BIRD tells, else by the paper's /29 rule, else by a
    /// BGPPeer that bears the leaf's number. In the rack's order of leaves.
    private func match(_ node: Node, _ rack: Rack) -> [Match] {
        let peers = facts.nodes[node.name]?.peers ?? []
        var result = rack.leaves.map { leaf -> Match? in
            guard let routerID = ends[leaf]?.facts?.routerID,
                let peer = peers.first(where: { $0.neighborID == routerID })
            else { return nil }
            return Match(address: peer.address, peer: peer)
        }
        for (side, leaf) in rack.leaves.enumerated() where result[side] == nil {
            let taken = result.compactMap { $0?.address }
            let address = designed(node, rack, side: side, taken: taken) ?? named(node, leaf)
            result[side] = Match(address: address, peer: address.flatMap { told in peers.first { $0.address == told } })
        }
        return result.map { $0 ?? Match() }
    }

    /// The /29 rule holds only for a node that stands where the rule puts it. Where the other leaf of the pair was
    /// found at this side's address, the pair is listed the other way round.
    private func designed(_ node: Node, _ rack: Rack, side: Int, taken: [IPAddress]) -> IPAddress? {
        if let shared = ends[rack.leaves[side]]?.sharedAddress { return shared }
        guard let address = node.address, side < 2,
            let subnet = NodeSubnet(nodeAddress: address, length: node.subnetLength), subnet.node == address,
            let own = subnet.leaf(side: side)
        else { return nil }
        guard taken.contains(own) else { return own }
        return rack.leaves.count == 2 ? subnet.leaf(side: 1 - side) : nil
    }

    private func named(_ node: Node, _ leaf: LeafID) -> IPAddress? {
        facts.calicoPeers[IntendedPeers.name(leaf: leaf, node: node.name)]?.peerIP
    }

    private func session(_ node: Node, _ rack: Rack, _ leaf: LeafID, _ match: Match) -> Session {
        let end = ends[leaf]
        let onLeaf = end?.facts
        let onNode = facts.nodes[node.name]
        let row = node.address.flatMap { onLeaf?.rows[$0] }
        let leafPeer = row.flatMap { row in onLeaf?.provenance.map { Observed(row, $0) } }
        let nodePeer = match.peer.flatMap { peer in onNode?.provenance.map { Observed(peer, $0) } }
        let history = node.address.flatMap { end?.history[$0] }
        let losses = recentLosses(history)
        var rules = rules(node, leafPeer, nodePeer, onLeaf, onNode, match.address, losses)
        rules.leaf = leafPeer.flatMap { peer in end.map { leafSample(peer, history, $0) } }
        return Session(
            key: SessionKey(node: node.name, leaf: leaf), rack: rack.name, leafAddress: match.address,
            nodeAddress: node.address, leafAS: rack.asn ?? nodePeer?.value.neighborAS, nodeAS: node.asn ?? row?.asn,
            leafPeer: leafPeer, nodePeer: nodePeer, isLeafRead: onLeaf?.isRead ?? false,
            isNodeRead: onNode.map { $0.isRead && ($0.isWhole || nodePeer != nil) } ?? false, verdict: rules.verdict,
            since: rules.since,
            accepted: row?.prefixesReceived, advertised: advertised(nodePeer?.value, onNode), losses: losses)
    }

    private func recentLosses(_ history: SessionHistory?) -> Int {
        (history?.losses ?? []).count { facts.now.timeIntervalSince($0) <= SessionVerdictRules.window }
    }

    private func rules(
        _ node: Node, _ leafPeer: Observed<LeafPeer>?, _ nodePeer: Observed<NodePeer>?, _ onLeaf: LeafFacts?,
        _ onNode: NodeFacts?, _ address: IPAddress?, _ losses: Int
    ) -> SessionVerdictRules {
        var rules = SessionVerdictRules(losses: losses)
        if let onLeaf, onLeaf.isRead, node.address != nil { rules.isOnLeaf = leafPeer != nil }
        if let onNode, onNode.isRead, onNode.outage == nil {
            if let nodePeer {
                rules.isOnNode = !nodePeer.value.isDisabled
            } else if onNode.isWhole, address != nil || onNode.peers.isEmpty {
                rules.isOnNode = false
            }
        }
        let absences = [
            rules.isOnLeaf == false ? onLeaf?.provenance : nil, rules.isOnNode == false ? onNode?.provenance : nil,
        ].compactMap { $0 }
        rules.isAbsenceOld = !absences.isEmpty && absences.allSatisfy(facts.isOld)
        rules.node = nodeSample(nodePeer, onNode)
        return rules
    }

    private func leafSample(
        _ peer: Observed<LeafPeer>, _ history: SessionHistory?, _ end: LeafEnd
    ) -> EndSample {
        let told = peer.value.age.map { peer.at.addingTimeInterval(-$0.seconds) }
        return EndSample(
            at: peer.at, isEstablished: peer.value.state.isEstablished, isOld: end.isOld,
            since: told ?? history?.stateSince, interval: end.interval)
    }

    /// A node whose Calico or BIRD does not run has no end of the session, whatever it has configured.
    private func nodeSample(_ peer: Observed<NodePeer>?, _ onNode: NodeFacts?) -> EndSample? {
        guard let onNode, let provenance = onNode.provenance else { return nil }
        if onNode.outage != nil {
            return EndSample(
                at: provenance.at, isEstablished: false, isOld: facts.isOld(provenance), since: nil,
                interval: facts.interval(provenance))
        }
        guard let peer else { return nil }
        return EndSample(
            at: peer.at, isEstablished: peer.value.state?.isEstablished == true, isOld: facts.isOld(provenance),
            since: onNode.since(peer.value), interval: facts.interval(provenance))
    }

    private func advertised(_ peer: NodePeer?, _ onNode: NodeFacts?) -> Int? {
        guard let peer else { return nil }
        if peer.isRecovering { return 0 }
        return onNode?.exportCount(to: peer.address) ?? peer.exported
    }
}
