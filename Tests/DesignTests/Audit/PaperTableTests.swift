import Design
import Testing

/// Every recommendation of the white paper, in its order, and the rule that judges it; or why none can.
@Suite struct PaperTableTests {
    enum Judged {
        case by([String])
        case notVisible(String)
    }

    static let table: [(recommendation: String, judged: Judged)] = [
        // Overview
        ("direct container routing, no overlay", .by(["overlay-off"])),
        ("a dedicated L3Out for the entire cluster", .by(["dedicated-l3out"])),
        ("every node has a dedicated AS number", .by(["as-scheme", "calico-node-as"])),
        (
            "every node peers by eBGP with a leaf pair",
            .by(["two-peers-per-node", "peers-are-rack-leaves", "apic-peer"])
        ),
        ("the leaves of a pair have the same AS", .by(["pair-as-equal"])),
        ("each rack has a range of AS numbers", .by(["rack-as-range"])),
        ("no route reflector in Calico", .by(["no-route-reflector"])),
        ("pods and services are reached from inside and outside", .by(["contracts", "transit-export"])),
        // Physical connectivity
        ("nodes are attached by vPC", .by(["vpc-path"])),
        ("a /29 per server", .by(["node-subnet-29"])),
        ("a VLAN per node", .by(["vlan-per-node"])),
        ("the L3Out's SVI connects router-like devices only", .by(["dedicated-l3out"])),
        ("ACI is the default gateway", .by(["default-gateway"])),
        (
            "virtual machines: port group load balancing by IP address",
            .notVisible("it is a setting of the hypervisor, which no source reads")
        ),
        ("one node per hypervisor", .by(["one-node-per-hypervisor"])),
        ("virtual machines are pinned to their hypervisor", .notVisible("no source reads the hypervisors' rules")),
        ("bare metal: LACP bonding", .by(["lacp"])),
        // Egress and ingress
        ("the gateway is the shared secondary", .by(["secondary-shared", "default-gateway"])),
        ("no routes are redistributed into nodes", .by(["node-receives-no-routes"])),
        ("no dedicated management interface is needed", .notVisible("it is a freedom, not a demand")),
        ("further interfaces keep ACI as default gateway", .by(["default-gateway"])),
        ("nodes advertise their node subnet", .by(["node-subnet-not-needed"])),
        ("nodes advertise their blocks, a /26 by default", .by(["block-size", "pools-inside-pod-subnets"])),
        (
            "nodes advertise a /32 for a pod outside their blocks",
            .notVisible("it is no setting: the prefix ledger shows each such route")
        ),
        ("nodes advertise the whole service subnet", .by(["service-cidr-advertised"])),
        ("a /32 for each Local service", .by(["local-services-advertised"])),
        // Protection, maintenance, graceful restart
        ("maximum AS limit two", .by(["maximum-as-limit"])),
        ("import route control for pods and services", .by(["import-control", "import-prefixes"])),
        ("drain before maintenance; services are withdrawn", .by(["drained-nodes-silent"])),
        ("graceful restart on both sides", .by(["graceful-restart-leaf", "graceful-restart-node", "stale-interval"])),
        // Scalability
        ("12 border leaves, six racks per L3Out", .by(["six-racks"])),
        ("400 BGP peers per leaf", .by(["peers-per-leaf"])),
        ("400 L3Outs per leaf", .by(["l3outs-per-leaf"])),
        ("LPM entries by scale profile", .by(["lpm-scale"])),
        // IP allocation
        ("a supernet with a /29 per node", .by(["supernet-room"])),
        ("first usable to the node, last three to the leaves", .by(["address-roles", "secondary-shared"])),
        // ACI steps
        (
            "policy groups and AAEP are bound to the external routed domain",
            .notVisible("the access policies are not read; a missing binding shows as a session that never comes up")
        ),
        ("1-3: L3Out, VRF, domain, BGP, route control", .by(["l3out-vrf-and-domain", "import-control"])),
        ("4: external EPG with its subnets", .by(["external-epg"])),
        ("4: export subnets where they are advertised outside", .by(["transit-export"])),
        ("6-7: a node profile per rack, valid router ids", .by(["node-profile-per-rack", "router-ids"])),
        ("8: vPC path, VLAN, MTU 9000", .by(["vpc-path", "vlan-per-node", "mtu"])),
        ("8: primaries and secondary", .by(["address-roles", "secondary-shared"])),
        ("8: peer, next-hop self, remote AS, local AS", .by(["apic-peer", "next-hop-self", "remote-as", "local-as"])),
        ("10-11: timers 1 s and 3 s on every node profile", .by(["timers", "negotiated-hold"])),
        ("12: default-import, no other; aggregate", .by(["default-import", "import-prefixes"])),
        // Calico steps
        ("1: ipip and vxlan Never, natOutgoing false", .by(["overlay-off", "nat-outgoing-off"])),
        ("2: node-to-node mesh off", .by(["mesh-off"])),
        ("3: node address and AS", .by(["calico-node-address", "calico-node-as"])),
        ("3: two BGPPeers with the rack's AS", .by(["two-peers-per-node", "calico-peer-as"])),
        ("4: BGPPeer names are unique", .by(["peer-names"])),
        ("5-6: verify that peering is established", .by(["sessions-up"])),
        ("7: advertise the service subnet", .by(["service-cidr-advertised"])),
        (
            "8: NodePort and externalTrafficPolicy Local to skip kube-proxy",
            .notVisible("which policy a service needs is its owner's choice; what Local services need is judged")
        ),
        (
            "9: verify that ACI receives the routes",
            .notVisible("the prefix ledger and its findings do, prefix by prefix")
        ),
        ("9, note: one next hop before ACI 4.2, ECMP after", .by(["multipath-relax"])),
        // Cluster connectivity
        ("contracts and transit routing to the outside", .by(["contracts", "transit-export"])),
        ("contracts to EPGs inside", .by(["contracts"])),
        ("the plan itself", .by(["as-planned"])),
    ]

    @Test func everyRecommendationHasARuleOrAReason() {
        for entry in PaperTableTests.table {
            switch entry.judged {
            case .by(let rules):
                #expect(!rules.isEmpty)
                for rule in rules { #expect(AuditRule.rule(rule) != nil, "\(entry.recommendation): \(rule)") }
            case .notVisible(let reason): #expect(reason.count > 20)
            }
        }
    }

    @Test func everyRuleStandsInTheTable() {
        let named = PaperTableTests.table.flatMap { entry -> [String] in
            if case .by(let rules) = entry.judged { rules } else { [] }
        }
        #expect(Set(named) == Set(AuditRule.all.map(\.id)))
    }
}
