import Simulator

/// What is different between two pictures, as changes of objects. Counters, clocks and tables make no events: a client
/// polls them (aci.md 2.7).
enum PictureChanges {
    private static let neighborClasses: Set<String> = ["bgpPeer", "bgpPeerEntry", "bgpPeerAfEntry", "bgpPeerEvents"]
    private static let leafClasses: Set<String> = ["fabricNode", "vpcDom", "bgpDom", "bgpDomAf"]

    static func between(_ old: FabricPicture, _ new: FabricPicture) -> [ObjectChange] {
        var changes: [ObjectChange] = []
        let former = Dictionary(uniqueKeysWithValues: old.leaves.map { ($0.id, $0) })
        for leaf in new.leaves {
            let before = former[leaf.id]
            guard before.map({ isDifferent($0, leaf) }) ?? true else { continue }
            changes.append(
                contentsOf: ObjectChange.between(before.flatMap { frame($0, old) }, frame(leaf, new)).filter {
                    leafClasses.contains($0.object.className)
                })
            changes.append(contentsOf: neighbors(before, leaf))
        }
        return changes
    }

    private static func isDifferent(_ old: LeafPicture, _ new: LeafPicture) -> Bool {
        if old.isInService != new.isInService || old.isPairUp != new.isPairUp || old.vrfs.count != new.vrfs.count {
            return true
        }
        return zip(old.vrfs, new.vrfs).contains { former, vrf in
            former.tableVersion != vrf.tableVersion || former.peers.count != vrf.peers.count
                || zip(former.peers, vrf.peers).contains { isDifferent($0, $1) }
        }
    }

    private static func isDifferent(_ old: PeerPicture, _ new: PeerPicture) -> Bool {
        var silent = new
        silent.messages = old.messages
        return silent != old
    }

    /// The leaf without its neighbors and without what its clock moves.
    private static func frame(_ leaf: LeafPicture, _ picture: FabricPicture) -> ManagedObject? {
        var fixed = picture
        fixed.now = leaf.bootedAt
        return LeafObjects(picture: fixed, leaf: leaf, wanted: leafClasses.subtracting(["fabricNode"])).tree()
    }

    private static func neighbors(_ old: LeafPicture?, _ new: LeafPicture) -> [ObjectChange] {
        var changes: [ObjectChange] = []
        let names = Set((old?.vrfs ?? []).map(\.name) + new.vrfs.map(\.name)).sorted()
        for name in names {
            let former = old?.vrfs.first { $0.name == name }
            let vrf = new.vrfs.first { $0.name == name }
            let domain = "topology/pod-1/node-\(new.id)/sys/bgp/inst/dom-\(name)"
            let before = Dictionary((former?.peers ?? []).map { ($0.address, $0) }) { a, _ in a }
            var seen: Set<String> = []
            for (index, peer) in (vrf?.peers ?? []).enumerated() {
                seen.insert("\(peer.address)")
                let old = before[peer.address]
                guard old.map({ isDifferent($0, peer) }) ?? true, let vrf else { continue }
                let present = PeerObjects(vrf: vrf, domain: domain, wanted: neighborClasses).object(peer, index)
                // The table's version moves for every neighbor at once; it is news of the domain, not of each.
                let past = old.flatMap {
                    PeerObjects(vrf: vrf, domain: domain, wanted: neighborClasses).object($0, index)
                }
                changes.append(contentsOf: ObjectChange.between(past, present))
            }
            for (index, peer) in (former?.peers ?? []).enumerated() where !seen.contains("\(peer.address)") {
                guard let former else { continue }
                let past = PeerObjects(vrf: former, domain: domain, wanted: neighborClasses).object(peer, index)
                changes.append(contentsOf: ObjectChange.between(past, nil))
            }
        }
        return changes
    }
}
