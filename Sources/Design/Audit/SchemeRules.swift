import Fabric

extension AuditRule {
    /// AS numbers and who peers with whom (paper, overview).
    static let schemeRules: [AuditRule] = [
        AuditRule(
            "as-scheme", place: "overview: every node has a dedicated AS number",
            "one AS per node (or as the plan's variant says)",
            why: "the AS path tells nodes apart, and leaves accept each node's routes from every other rack",
            mend:
                "calicoctl patch node NODE --patch '{\"spec\":{\"bgp\":{\"asNumber\":N}}}' and the peer's remote AS on the APIC",
            remark: "the later editions of the paper recommend one AS for the cluster: the plan's variant decides"
        ) { facts in
            asScheme(facts)
        },
        AuditRule(
            "rack-as-range", place: "overview: each rack is allocated a range of AS numbers",
            "a node's AS follows its rack's, inside the rack's range",
            why: "an AS in a path names the rack at sight", mend: "give the node the next number of its rack's range",
            severity: .note
        ) { facts in
            guard facts.variant.rules.nodeAS != .perCluster else { return .notApplicable("all nodes share one AS") }
            let racks = facts.inventory.racks.compactMap(\.asn).sorted()
            return facts.eachNode("AS numbers follow their rack's") { node in
                guard let asn = facts.runningAS(node), let first = facts.rack(node)?.asn else { return nil }
                let next = racks.first { $0 > first }
                guard asn < first || next.map({ asn > $0 }) == true else { return nil }
                return ("AS \(asn)", "an AS after \(first)" + (next.map { " and before \($0)" } ?? ""))
            }
        },
        AuditRule(
            "pair-as-equal", place: "overview: leaves of a vPC pair have the same AS number",
            "both leaves of a rack show the same AS",
            why: "with two AS numbers the paths by the two leaves are not equal, and one of them is never used",
            mend: "set the same Local-AS for all peers of the rack, and the same asNumber in both BGPPeers of a node"
        ) { facts in
            pairAS(facts)
        },
        AuditRule(
            "two-peers-per-node", place: "overview: each node peers with a pair of leaves; Calico step 3",
            "two BGPPeers per node, one for each leaf", why: "with one, a leaf's reload cuts the node off",
            mend: "bgpdeck push NODE, or apply the generated BGPPeers"
        ) { facts in
            guard let peers = facts.peersOfNode else { return .unknown("not read: BGPPeers") }
            return facts.eachNode("two BGPPeers each") { node in
                let count = Set((peers[node.name] ?? []).map(\.peerIP)).count
                return count == 2
                    ? nil : (count == 1 ? "1 BGPPeer" : "\(count) BGPPeers", "2, one for each leaf of its rack")
            }
        },
        AuditRule(
            "peers-are-rack-leaves", place: "overview: nodes peer with the leaf pair of their rack; Calico step 3",
            "a node's BGPPeers are the leaves of its own rack",
            why: "a session to another rack's leaf crosses the fabric and dies with either rack",
            mend: "bgpdeck push NODE, or apply the generated BGPPeers"
        ) { facts in
            guard let peers = facts.peersOfNode else { return .unknown("not read: BGPPeers") }
            return facts.eachNode("their BGPPeers are the leaves of their rack") { node in
                let intended = facts.leafAddresses(node)
                let others = (peers[node.name] ?? []).map(\.peerIP).filter { !intended.contains($0) }
                guard !intended.isEmpty, !others.isEmpty else { return nil }
                return ("peers with \(words(others))", "peers with \(words(intended))")
            }
        },
        AuditRule(
            "peer-names", place: "Calico step 4, note: the BGPPeer's name must be unique across all nodes",
            "BGPPeers are named leafID-NODE", why: "applying a second object of the same name replaces the first",
            mend: "delete the BGPPeer and apply the generated one", severity: .note
        ) { facts in
            guard let peers = facts.snapshot.cluster.peers?.value else { return .unknown("not read: BGPPeers") }
            return peerNames(peers, facts)
        },
        AuditRule(
            "no-route-reflector", place: "overview: the design does not require any route reflector",
            "nodes have no BGP peer but the leaves",
            why: "a path that was not told by its own node hides where traffic goes, and its AS path is longer",
            mend: "delete the BGPPeer; without a mesh and with eBGP to the leaves nothing needs it"
        ) { facts in
            let read = facts.nodes.filter { facts.snapshot.nodes[$0.name]?.peers != nil }
            guard !read.isEmpty else { return .unknown("not read: the nodes' peers") }
            return facts.eachNode("no peers but leaves", where: { facts.snapshot.nodes[$0.name]?.peers != nil }) {
                node in
                let intended = Set(facts.leafAddresses(node))
                let peers = facts.snapshot.nodes[node.name]?.peers?.value ?? []
                let others = peers.filter { $0.kind != .mesh && $0.kind != .localWorkload }.map(\.address)
                    .filter { !intended.contains($0) }
                return intended.isEmpty || others.isEmpty
                    ? nil : ("peers with \(words(others)) too", "peers with \(words(Array(intended).sorted())) alone")
            }
        },
        AuditRule(
            "sessions-up", place: "Calico step 6: verify that BGP peering is established",
            "every session is Established on both ends", why: "traffic is lost or one failure away from it",
            mend: "see the finding"
        ) { facts in
            facts.diagnosis(
                [
                    "session-down", "session-one-sided", "peer-missing", "as-mismatch", "one-leaf-only",
                    "session-flapping",
                    "address-mismatch", "password-mismatch", "recovery-wait",
                ],
                "the diagnosis found every session well", should: "Established on both ends")
        },
    ]

    private static func words(_ addresses: [IPAddress]) -> String {
        addresses.map(\.description).joined(separator: ", ")
    }

    private static func asScheme(_ facts: AuditFacts) -> AuditOutcome {
        let known = facts.nodes.compactMap { node in facts.runningAS(node).map { (node: node, asn: $0) } }
        guard !known.isEmpty else { return .unknown("no node's AS is known") }
        func owners(_ group: [(node: Node, asn: ASN)]) -> String {
            group.map(\.node.name.text).sorted(by: naturallyPrecedes).joined(separator: ", ")
        }
        switch facts.variant.rules.nodeAS {
        case .perNode:
            let shared = Dictionary(grouping: known, by: \.asn).filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
            guard !shared.isEmpty else { return .holds("\(known.count) nodes, each with an AS of its own") }
            return .departs(
                shared.map { .init(owners($0.value), says: "share AS \($0.key)", should: "an AS each") })
        case .perRack:
            let wrong = Dictionary(grouping: known, by: { $0.node.rack ?? "" }).filter {
                Set($0.value.map(\.asn)).count > 1
            }
            guard !wrong.isEmpty else { return .holds("the nodes of each rack share one AS") }
            return .departs(
                wrong.sorted { $0.key < $1.key }.map {
                    .init("rack \($0.key)", says: "AS \(numbers($0.value.map(\.asn)))", should: "one AS for its nodes")
                })
        case .perCluster:
            let numbers = Set(known.map(\.asn))
            guard numbers.count > 1 else { return .holds("all nodes share AS \(known[0].asn)") }
            return .departs([
                .init("cluster", says: "AS \(AuditRule.numbers(Array(numbers)))", should: "one AS for all nodes")
            ])
        }
    }

    private static func numbers(_ list: [ASN]) -> String {
        Set(list).sorted().map(\.description).joined(separator: ", ")
    }

    /// From both sides: what BGPPeers expect of the two leaves, and the Local-AS that the APIC gives them.
    private static func pairAS(_ facts: AuditFacts) -> AuditOutcome {
        guard facts.peersOfNode != nil || facts.l3outs != nil else {
            return .unknown("not read: BGPPeers, nor the APIC's configuration")
        }
        let departures = facts.inventory.racks.compactMap { rack -> AuditOutcome.Departure? in
            let nodes = facts.nodes.filter { $0.rack == rack.name }
            let expected = nodes.flatMap { facts.peersOfNode?[$0.name] ?? [] }.map(\.asn)
            let shown = nodes.flatMap { facts.interfacesOfNode[$0.name] ?? [] }.compactMap(\.peer.localAS)
            let all = Set(expected + shown)
            guard all.count > 1 else { return nil }
            return .init(
                "rack \(rack.name)", says: "AS \(numbers(Array(all))) on its leaves",
                should: "one AS" + (rack.asn.map { ", \($0)" } ?? ""))
        }
        return departures.isEmpty ? .holds("each pair shows one AS") : .departs(departures)
    }

    private static func peerNames(_ peers: [CalicoPeer], _ facts: AuditFacts) -> AuditOutcome {
        var departures: [AuditOutcome.Departure] = []
        let twice = Dictionary(grouping: peers, by: \.name).filter { $0.value.count > 1 }.keys.sorted()
        departures += twice.map { .init($0, says: "stands twice", should: "a name of its own") }
        let byAddress = Dictionary(grouping: peers, by: \.peerIP)
        for node in facts.nodes {
            for intended in IntendedPeers.peers(of: node, in: facts.inventory) {
                guard let live = byAddress[intended.peerIP]?.first(where: { $0.node == intended.node }),
                    live.name != intended.name
                else { continue }
                departures.append(.init(node.name.text, says: live.name, should: intended.name))
            }
        }
        return departures.isEmpty ? .holds("\(peers.count) BGPPeers with names of their own") : .departs(departures)
    }
}
