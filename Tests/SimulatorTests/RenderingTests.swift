import Fabric
import Simulator
import Testing

/// Renderings against text written by hand after the captures; times of day are masked.
@Suite struct RenderingTests {
    /// Times of day and dates as `HH:MM:SS`, in their width.
    private func masked(_ text: String) -> String { text.replacing(/\d\d:\d\d:\d\d/, with: "HH:MM:SS") }

    private func run(_ line: String, on host: SimulatedHost, _ fabric: SimulatedFabric) -> String {
        var fabric = fabric
        return masked(fabric.run(line, on: host).output)
    }

    private func shut() throws -> SimulatedFabric {
        var fabric = SimulatedFabric(topology: .figure2, seed: 3)
        fabric.advance(to: .seconds(5))
        try fabric.inject(Fault(.leafNeighborShut, "calico-node-1/204"))
        fabric.advance(to: .seconds(6))
        return fabric
    }

    @Test func statusWrapsINFOAtThirtyCharacters() throws {
        let text = try run("calicoctl node status", on: .node(NodeName("calico-node-1")), shut())
        let lines = Set(text.split(separator: "\n"))
        for line in [
            "+--------------+---------------+-------+----------+--------------------------------+",
            "| PEER ADDRESS |   PEER TYPE   | STATE |  SINCE   |              INFO              |",
            "| 192.168.2.12 | node specific | up    | HH:MM:SS | Established                    |",
            "| 192.168.2.13 | node specific | start | HH:MM:SS | Active Received:               |",
            "|              |               |       |          | Administrative shutdown        |",
        ] { #expect(lines.contains(line[...]), "\(line)\n\(text)") }
        #expect(text.hasPrefix("Calico process is running.\n\nIPv4 BGP status\n+---"))
        #expect(text.hasSuffix("+\n\nINFO: BIRDv6 process: 'bird6' is not running.\n\n"))
    }

    @Test func laterCalicoctlDoesNotWrap() throws {
        var fabric = try shut()
        fabric.statusStyle = .goPretty
        let text = run("calicoctl node status", on: .node(NodeName("calico-node-1")), fabric)
        let lines = Set(text.split(separator: "\n"))
        for line in [
            "| PEER ADDRESS | PEER TYPE     | STATE | SINCE    | INFO                                     |",
            "| 192.168.2.13 | node specific | start | HH:MM:SS | Active Received: Administrative shutdown |",
        ] { #expect(lines.contains(line[...]), "\(line)\n\(text)") }
    }

    @Test func detailsOfASessionThatIsDown() throws {
        let text = try run(
            "birdcl show protocols all Node_192_168_2_13", on: .node(NodeName("calico-node-1")), shut())
        #expect(
            text == """
                BIRD v0.3.3+birdv1.6.8 ready.
                name     proto    table    state  since       info
                Node_192_168_2_13 BGP      master   start  HH:MM:SS    Active        Received: Administrative shutdown
                  Description:    Connection to BGP peer
                  Preference:     100
                  Input filter:   ACCEPT
                  Output filter:  (unnamed)
                  Routes:         0 imported, 0 exported, 0 preferred
                  Route change stats:     received   rejected   filtered    ignored   accepted
                    Import updates:              0          0          0          0          0
                    Import withdraws:            0          0        ---          0          0
                    Export updates:              0          0          0        ---          0
                    Export withdraws:            0        ---        ---        ---          0
                  BGP state:          Active
                    Neighbor address: 192.168.2.13
                    Neighbor AS:      64500
                    Connect delay:    1/2
                    Last error:       Received: Administrative shutdown


                """)
    }

    @Test func theSocketAnswersWithCodes() throws {
        var fabric = try shut()
        let node = NodeName("calico-node-1")
        var isRestricted = false
        func ask(_ line: String) -> String { fabric.birdReply(line, on: node, isRestricted: &isRestricted) ?? "" }
        #expect(
            masked(ask("show protocols")).hasPrefix(
                """
                2002-name     proto    table    state  since       info
                1002-static1  Static   master   up     HH:MM:SS    
                 kernel1  Kernel   master   up     HH:MM:SS    
                 device1  Device   master   up     HH:MM:SS    
                 direct1  Direct   master   up     HH:MM:SS    

                """))
        #expect(ask("show protocols").hasSuffix("\n0000 \n"))
        #expect(ask("show protocols nosuch") == "9002 nosuch is not a protocol\n")
        #expect(ask("show protocols \"Zz*\"") == "8003 No protocols match\n")
        #expect(ask("show route export nosuch") == "9001 nosuch is not a protocol\n")
        #expect(ask("show route 1.2.3.0/24") == "8001 Network not in table\n")
        #expect(ask("bogus command") == "9001 syntax error\n")
        #expect(ask("restrict") == "0016 Access restricted\n")
        #expect(ask("disable Node_192_168_2_12") == "8007 Access denied\n")
        #expect(ask("show route export Node_192_168_2_12 count") == "0014 4 of 9 routes for 9 networks\n")
    }

    @Test func aSummaryWithTheControllersBanner() throws {
        let text = try run("fabric 204 show ip bgp summary vrf common:calico", on: .controller, shut())
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "----------------------------------------------------------------")
        #expect(lines[1] == " Node 204 (Leaf204)")
        #expect(lines[3] == "BGP summary information for VRF common:calico, address family IPv4 Unicast")
        #expect(lines[4] == "BGP router identifier 192.168.255.204, local AS number 65002")
        #expect(lines[5].hasSuffix(", IPv4 Unicast config peers 3, capable peers 2"))
        #expect(lines[9].isEmpty)
        #expect(lines[10] == "Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd")
        #expect(lines[12].hasPrefix("192.168.2.9     4 64502 "))
        #expect(lines[12].hasSuffix("        0    0    0 HH:MM:SS Shut (Admin)"))
        #expect(lines[11].utf8.count == lines[10].utf8.count - 11)
    }

    @Test func aLongASStandsOnALineOfItsOwn() {
        let fabric = SimulatedFabric(topology: Topology.designMax)
        let text = run("show ip bgp summary vrf prod:k8s", on: .leaf(LeafID(101)), fabric)
        let lines = text.split(separator: "\n")
        let first = lines.firstIndex(of: "10.1.0.1        4 4200001001") ?? 0
        #expect(first > 0)
        #expect(lines[first + 1].hasPrefix(String(repeating: " ", count: 23) + " "))
        #expect(lines[first + 1].contains(#/ HH:MM:SS \d+$/#))
    }

    @Test func oneRouteAndWhatIsUnknown() throws {
        let fabric = try shut()
        let leaf = SimulatedHost.leaf(LeafID(203))
        #expect(
            run("show ip route 10.244.7.200 vrf common:calico", on: leaf, fabric)
                == """
                IP Route Table for VRF "common:calico"
                '*' denotes best ucast next-hop
                '**' denotes best mcast next-hop
                '[x/y]' denotes [preference/metric]
                '%<string>' in via output denotes VRF <string>

                10.244.7.192/26, ubest/mbest: 1/0
                    *via 192.168.2.9%common:calico, [20/0], HH:MM:SS, bgp-65002, external, tag 64500

                """)
        #expect(run("show ip route 1.2.3.4 vrf common:calico", on: leaf, fabric).hasSuffix("\n\nRoute not found\n"))
        #expect(run("show ip route vrf no:such", on: leaf, fabric) == "Unknown vrf no:such\n")
    }

    @Test func calicoctlPrintsAResourceAsYAML() {
        var fabric = SimulatedFabric(topology: .figure2)
        let text = fabric.calicoctl(["get", "bgppeer", "leaf203-calico-master-1", "-o", "yaml"]).output
        #expect(
            text.hasPrefix(
                "apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata:\n  creationTimestamp: \"2026-01-05T"))
        #expect(
            text.hasSuffix("spec:\n  asNumber: 64500\n  node: calico-master-1\n  peerIP: \"192.168.2.4\"\n"))
    }
}
