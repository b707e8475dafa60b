import Design
import Fabric
import Testing

@Suite struct CapacityTests {
    /// Clusters that share the leaves 101 and 102, each with a number of nodes in the rack.
    private func clusters(_ count: Int, nodesPerRack: Int) throws -> [FabricLayout] {
        try (0..<count).map { index in
            let first = 4_200_000_000 + 1000 * index
            return try PlanFiles.layout(
                """
                {tenant: t\(index), vrf: v, l3out: l, release: 4.1(2), supernet: 10.1.0.0/16,
                 racks: [{name: rack-1, as: \(first), leaves: [101, 102], nodes: \(nodesPerRack)}]}
                """)
        }
    }

    /// The paper: 20 clusters of 20 nodes per rack, 100 of 4, 400 of 1 all come to 400 peers per leaf.
    @Test(arguments: [(20, 20), (100, 4), (400, 1)])
    func thePapersScenariosFillALeaf(count: Int, nodesPerRack: Int) throws {
        let use = CapacityUse.of(try clusters(count, nodesPerRack: nodesPerRack))
        let capacity = Capacity(limits: .of(release: "4.1(2)"), use: use)
        let peers = capacity.rows.filter { $0.what == LimitKind.peersPerLeaf.rawValue }
        #expect(peers.map(\.used) == [400, 400])
        #expect(peers.map(\.limit) == [400, 400])
        #expect(peers.map(\.headroom) == [0, 0])
        #expect(peers.allSatisfy { $0.level == .warning && $0.source == "4.1(2), ACI Calico white paper, scalability" })
        let l3outs = capacity.rows.filter { $0.what == LimitKind.l3outsPerLeaf.rawValue }
        #expect(l3outs.map(\.used) == [count, count])
        let room = capacity.rows.filter { $0.what == "nodes that still fit" }
        #expect(room.map(\.headroom) == [0, 0])
    }

    @Test func aPlanSaysWhatStillFits() throws {
        let layout = try PlanFiles.figure1()
        let capacity = Capacity(limits: .of(release: "4.2(1)"), use: .of([layout]))
        func row(_ scope: String, _ what: String) -> CapacityRow? {
            capacity.rows.first { $0.scope == scope && $0.what == what }
        }
        #expect(row("leaf-101", "peers per leaf")?.used == 3)
        #expect(row("rack-1", "nodes that still fit")?.headroom == 397)
        #expect(row("fabric", "nodes that still fit")?.headroom == 26)
        #expect(row("fabric", "nodes that still fit")?.source == "bounded by supernet")
        #expect(row("prod:k8s", "racks that still fit")?.headroom == 4)
        #expect(row("fabric", "services (Local, a /32 each) that still fit")?.headroom == 20_000 - 7)
        #expect(row("prod:k8s", "border leaves per L3Out")?.percent == 33)
    }

    @Test func theLargestClusterIsAtItsLimits() throws {
        let capacity = Capacity(limits: .of(release: "4.2(1)"), use: .of([try PlanFiles.largest()]))
        let full = capacity.rows.filter { $0.level == .warning }.map(\.what)
        #expect(Set(full) == ["peers per leaf", "border leaves per L3Out"])
        let ecmp = capacity.rows.first { $0.what == "next hops per route" }
        #expect(ecmp?.used == 400 && ecmp?.limit == 16 && ecmp?.level == .note)
    }

    @Test func theLeafsOwnFigureCountsFirst() {
        let leaf = CapacityUse.Leaf(id: LeafID(101), name: "leaf-101", rack: "r", peers: 1, lpm: 110, ownLPMLimit: 128)
        let use = CapacityUse(leaves: [leaf], l3outs: [], nodes: 1)
        let row = Capacity(limits: .of(release: "4.2(1)"), use: use).rows.first { $0.what == "LPM entries per leaf" }
        #expect(row?.limit == 128 && row?.source == "the leaf's own figure" && row?.level == .note)
    }

    @Test func whatIsNotKnownIsUnknown() {
        let leaf = CapacityUse.Leaf(id: LeafID(101), name: "leaf-101", rack: "r")
        let capacity = Capacity(
            limits: .of(release: "4.2(1)"), use: CapacityUse(leaves: [leaf], l3outs: [], nodes: 0))
        #expect(capacity.rows.filter { $0.leaf != nil }.allSatisfy { $0.level == .unknown && $0.headroom == nil })
        #expect(capacity.rows.first { $0.what == "nodes that still fit" }?.headroom == nil)
    }

    @Test(
        arguments: [
            ("4.1(2)", .dualStack, 20_000), ("4.2(3)", .highLPM, 128_000), ("6.1(2)", .ipv4, 38_000),
            ("4.2(3)", .maxLPM, nil),
        ] as [(String, ForwardingProfile, Int?)])
    func lpmFollowsTheProfile(release: String, profile: ForwardingProfile, lpm: Int?) {
        #expect(Limits.of(release: release, profile: profile).figures[.lpmPerLeaf]?.value == lpm)
    }

    @Test func figuresSayWhereTheyComeFrom() {
        let old = Limits.of(release: "5.2(1)")
        #expect(
            old.figures[.peersPerLeaf]?.origin
                == "5.1(3), nkt, the later design's own code; not verified for this release")
        #expect(old.figures[.peersPerFabric] == nil)
        let new = Limits.of(release: "6.1(2f)")
        #expect(new.figures[.peersPerFabric]?.value == 20_000)
        #expect(new.figures[.peersPerLeaf]?.isVerified == true)
        #expect(Limits.of(release: "3.2(1)").figures[.borderLeavesPerL3Out]?.value == 12)
    }
}
