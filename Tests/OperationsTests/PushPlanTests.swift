import Correlation
import Fabric
import Operations
import Testing

@Suite struct PushPlanTests {
    private func with(_ change: (inout [CalicoPeer]) throws -> Void) throws -> World {
        var world = try World()
        var peers = world.snapshot.cluster.peers?.value ?? []
        try change(&peers)
        world.snapshot.cluster.peers = world.seen(peers)
        return world
    }

    @Test func nothingDiffers() throws {
        let plan = try World().plan(.push)
        #expect(plan.isNothingToDo)
        #expect(plan.push?.document == "")
        #expect(plan.text.contains("applying the same objects again changes nothing"))
    }

    @Test func missingPeerIsCreated() throws {
        let world = try with { $0.removeAll { $0.name == "leaf102-node-1" } }
        let plan = world.plan(.push)
        #expect(plan.isAllowed)
        #expect(
            plan.push?.document == """
                apiVersion: projectcalico.org/v3
                kind: BGPPeer
                metadata:
                  name: "leaf102-node-1"
                spec:
                  node: "node-1"
                  peerIP: "192.168.1.5"
                  asNumber: 65002

                """)
        #expect(plan.push?.resets == [])
        #expect(plan.text.contains("+ BGPPeer leaf102-node-1: node node-1, peer 192.168.1.5, AS 65002"))
    }

    @Test func wrongASIsReplacedUnderItsOwnName() throws {
        let world = try with { peers in
            for place in peers.indices where peers[place].name == "leaf101-node-1" {
                peers[place].name = "first"
                peers[place].asn = ASN(1)
            }
        }
        let plan = world.plan(.push)
        #expect(plan.push?.document.contains("\"first\"") == true)
        #expect(plan.push?.rollback.contains("asNumber: 1\n") == true)
        #expect(plan.push?.resets.map(\.leaf) == [World.leafA])
        #expect(plan.text.contains("- BGPPeer first: node node-1, peer 192.168.1.4, AS 1\n+ BGPPeer first"))
        #expect(plan.text.contains("a password, filters or timers that it carries are lost"))
    }

    @Test func refusesToBounceTheOnlySessionThatIsUp() throws {
        var world = try with { peers in
            for place in peers.indices where peers[place].name == "leaf101-node-1" { peers[place].asn = ASN(1) }
        }
        try world.setSession(1, 1, .down)
        #expect(world.plan(.push).standing.map(\.kind) == [.wouldIsolate])
        world.overrides = [.wouldIsolate]
        #expect(world.plan(.push).isAllowed && world.plan(.push).text.contains("overridden: the push resets"))
        world.overrides = []
        try world.setSession(1, 0, .down)
        #expect(world.plan(.push).isAllowed)
    }

    @Test func aOneSidedSessionCarriesNothing() throws {
        var world = try with { peers in
            for place in peers.indices where peers[place].name == "leaf101-node-1" { peers[place].asn = ASN(1) }
        }
        try world.setSession(1, 1, .oneSided, node: "start Active")
        #expect(world.plan(.push).standing.map(\.kind) == [.wouldIsolate])
        try world.setSession(1, 1, .stale)
        #expect(world.plan(.push).standing.map(\.kind) == [.staleData, .wouldIsolate])
    }

    @Test func bouncingTheDeadSessionIsFine() throws {
        var world = try with { peers in
            for place in peers.indices where peers[place].name == "leaf102-node-1" { peers[place].asn = ASN(1) }
        }
        try world.setSession(1, 1, .down)
        #expect(world.plan(.push).isAllowed)
    }

    @Test func wrongNodeASIsWritten() throws {
        var world = try World()
        var nodes = world.snapshot.cluster.nodes?.value ?? []
        nodes[0].calicoAS = ASN(64512)
        world.snapshot.cluster.nodes = world.seen(nodes)
        let plan = world.plan(.push)
        #expect(plan.push?.asChange == ASChange(live: ASN(64512), intended: ASN(65101), isEmitted: true))
        #expect(
            plan.push?.document == """
                apiVersion: projectcalico.org/v3
                kind: Node
                metadata:
                  name: "node-1"
                  labels:
                    "kubernetes.io/hostname": "node-1"
                spec:
                  addresses:
                  - address: "192.168.1.1/29"
                    type: CalicoNodeIP
                  - address: "192.168.1.1"
                    type: InternalIP
                  bgp:
                    asNumber: 65101
                    ipv4Address: "192.168.1.1/29"
                  orchRefs:
                  - nodeName: "node-1"
                    orchestrator: k8s

                """)
        #expect(plan.push?.resets.count == 2)
        nodes[0].labels = [:]
        world.snapshot.cluster.nodes = world.seen(nodes)
        let poor = world.plan(.push)
        #expect(poor.isNothingToDo)
        #expect(poor.text.contains(#"calicoctl patch node node-1 --patch '{"spec":{"bgp":{"asNumber":65101}}}'"#))
    }

    @Test func sharedPeersCountAndAreLeftAlone() throws {
        let same = try with { peers in
            peers.removeAll { $0.name == "leaf101-node-1" }
            peers.append(
                CalicoPeer(
                    name: "rack", node: nil, nodeSelector: "has(kubernetes.io/hostname)",
                    peerIP: try World.ip("192.168.1.4"), asn: ASN(65002)))
        }
        #expect(same.plan(.push).isNothingToDo)
        let other = try with { peers in
            peers.removeAll { $0.name == "leaf101-node-1" }
            peers.append(
                CalicoPeer(
                    name: "rack", node: nil, nodeSelector: "all()", peerIP: try World.ip("192.168.1.4"), asn: ASN(7)))
        }
        #expect(other.plan(.push).isNothingToDo)
        #expect(other.plan(.push).text.contains("BGPPeer rack (all()) gives leaf 192.168.1.4 AS 7"))
    }

    @Test func unknownSelectorsAreSaid() throws {
        let world = try with { peers in
            peers.append(
                CalicoPeer(
                    name: "odd", node: nil, nodeSelector: "rack in {'a'}", peerIP: try World.ip("192.0.2.1"),
                    asn: ASN(7)))
        }
        #expect(world.plan(.push).text.contains("whether BGPPeer odd selects node-1 is not known"))
    }

    @Test func extraPeersAreNamedAndKept() throws {
        let world = try with { peers in
            peers.append(
                CalicoPeer(name: "old", node: World.name(1), peerIP: try World.ip("192.0.2.1"), asn: ASN(7)))
        }
        let plan = world.plan(.push)
        #expect(plan.isNothingToDo)
        #expect(plan.text.contains("calicoctl delete bgppeer old"))
    }

    @Test func customPortIsKept() throws {
        let world = try with { peers in
            for place in peers.indices where peers[place].name == "leaf101-node-1" { peers[place].port = 1790 }
        }
        #expect(world.plan(.push).isNothingToDo)
    }

    @Test func namesCannotBreakTheDocument() throws {
        let world = try with { peers in
            for place in peers.indices where peers[place].name == "leaf101-node-1" {
                peers[place].name = "a\"\n b: \\ \u{85}"
                peers[place].asn = ASN(1)
            }
        }
        #expect(world.plan(.push).push?.document.contains(#"name: "a\"\u000a b: \\ \u0085""#) == true)
    }

    @Test func withoutIntentThereIsNothingToCompare() throws {
        var world = try World()
        world.picture.inventory.racks[0].asn = nil
        #expect(world.plan(.push).standing.map(\.kind) == [.unknownNode])
    }

    @Test func unreadPeersCannotBeOverridden() throws {
        var world = try World()
        world.snapshot.cluster.peers = nil
        world.overrides = [.staleData]
        #expect(world.plan(.push).standing.map(\.kind) == [.staleData])
        #expect(world.plan(.push).push?.document == "")
    }
}
