import Correlation
import Design
public import Fabric
import Polling

/// What differs between a node's peer profile on the controllers and the design, and the object that mends it.
public struct ProfileChange: Sendable, Hashable {
    /// The object's name.
    public var name: String
    /// What differs, in words: `AS 65999 -> 65101`.
    public var differences: [String]
    /// What is posted: the differing parts alone, the rest of the object stays.
    public var object: ManagedObject
    /// What brings the former state back.
    public var former: ManagedObject
}

/// Compares a node's `bgpPeerP` with the design (aci.md 4.1, 4.2): the node's AS, the rack's AS, whether it is enabled.
struct ProfileDifference {
    let node: NodeName
    let context: PlanContext

    /// A profile with its object's name.
    struct Profile {
        var name: String
        var peer: ConfiguredPeer
    }

    /// The profiles of the node's address; nil where the controllers' configuration was not read.
    var profiles: [Profile]? {
        guard let address = context.address(of: node), let read = context.snapshot.configuration else { return nil }
        return read.value.interfaces.flatMap { place in
            place.svi.peers.filter { $0.neighbor.isHost && $0.neighbor.address == address }.map {
                Profile(name: "\(place.svi.dn)/peerP-[\(address)]", peer: $0)
            }
        }
    }

    var changes: [ProfileChange] { (profiles ?? []).compactMap(change) }

    private func change(of profile: Profile) -> ProfileChange? {
        let peer = profile.peer
        var words: [String] = []
        var wanted = ManagedObject("bgpPeerP", ["dn": profile.name])
        var former = wanted
        if !peer.isEnabled {
            words.append("adminSt disabled -> enabled")
            wanted.attributes["adminSt"] = "enabled"
            former.attributes["adminSt"] = "disabled"
        }
        if let asn = context.node(node)?.asn, peer.remoteAS != asn {
            words.append("AS \(peer.remoteAS.map(\.description) ?? "none") -> \(asn)")
            wanted.children.append(ManagedObject("bgpAsP", ["asn": asn.description]))
            if let old = peer.remoteAS { former.children.append(ManagedObject("bgpAsP", ["asn": old.description])) }
        }
        if let rack = context.rack(of: node)?.asn, let old = shownAS(peer), old != rack {
            words.append("local AS \(peer.localAS.map(\.description) ?? "none") -> \(rack)")
            wanted.children.append(
                ManagedObject("bgpLocalAsnP", ["localAsn": rack.description, "asnPropagate": "none"]))
            if let old = peer.localAS {
                former.children.append(ManagedObject("bgpLocalAsnP", ["localAsn": old.description]))
            }
        }
        return words.isEmpty
            ? nil : ProfileChange(name: profile.name, differences: words, object: wanted, former: former)
    }

    /// The AS that the node is shown: the profile's, else the leaf's own; nil where neither is known.
    private func shownAS(_ peer: ConfiguredPeer) -> ASN? {
        if let local = peer.localAS { return local }
        let leaves = Set(context.leaves(of: node))
        return context.picture.leaves.first { leaves.contains($0.leaf.id) }?.localAS
    }
}
