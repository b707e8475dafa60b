import Fabric
import Simulator
import Testing

/// What each fault shows on the two ends, against the captures of Calico's BIRD and of a leaf.
@Suite struct FaultTests {
    private let node = NodeName("node-5")
    private let leafB = LeafID(104)

    private func fabric(_ fault: String, at seconds: Int) throws -> SimulatedFabric {
        var fabric = SimulatedFabric(topology: .figure1, seed: 11)
        fabric.advance(to: .seconds(10))
        try fabric.inject(#require(Fault(text: fault)))
        fabric.advance(to: .seconds(10 + seconds))
        return fabric
    }

    /// The last words of a node's row in the leaf's summary, and in BIRD's table towards the leaf.
    private func ends(_ fabric: SimulatedFabric, leaf: LeafID = LeafID(104)) -> (leaf: String, node: String) {
        var fabric = fabric
        let summary = fabric.run("show ip bgp summary vrf prod:k8s", on: .leaf(leaf)).output
        let row = summary.split(separator: "\n").first { $0.hasPrefix("192.168.2.33 ") } ?? ""
        let state = row.split(separator: " ").dropFirst(9).joined(separator: " ")
        let table = fabric.run("birdcl show protocols", on: .node(node)).output
        let name = leaf.number % 2 == 1 ? "Node_192_168_2_36 " : "Node_192_168_2_37 "
        let line = table.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        let words = line.split(separator: " ")
        let info = words.count > 4 ? ([words[3]] + words[5...]).joined(separator: " ") : ""
        return (state, info)
    }

    @Test(arguments: [
        ("leaf-neighbor-shut:node-5/104", 1, "Shut (Admin)", "start Active Received: Administrative shutdown"),
        ("leaf-neighbor-shut:node-5/104", 9, "Shut (Admin)", "start Active Socket: Connection reset by peer"),
        ("hold-timer-expired:node-5", 1, "Idle", "start Idle Received: Hold timer expired"),
        ("wrong-node-as:node-5", 6, "Idle", "start Idle Received: Bad peer AS"),
        ("wrong-leaf-as:node-5/104", 6, "Idle", "start Idle BGP Error: Bad peer AS"),
        ("peer-missing:node-5/104", 4, "Idle", ""),
        ("peer-disabled:node-5/104", 1, "Idle", "down"),
        ("one-leaf-down:104", 1, "Idle", "up Established"),
        ("one-leaf-down:104", 4, "Idle", "start Idle BGP Error: Hold timer expired"),
        ("one-leaf-down:104", 20, "Idle", "start Connect Socket: No route to host"),
        ("one-sided:node-5/104", 5, "5", "start Idle BGP Error: Hold timer expired"),
        ("leaf-peer-missing:node-5/104", 12, "", "start Active Socket: Connection reset by peer"),
        ("bird-killed:node-5", 2, "Active", ""),
        ("node-down:node-5", 2, "5", ""),
        ("node-down:node-5", 5, "Active", ""),
    ])
    func bothEnds(_ fault: String, _ seconds: Int, _ leafState: String, _ nodeState: String) throws {
        let seen = try ends(fabric(fault, at: seconds))
        #expect(seen.leaf == leafState)
        #expect(seen.node == nodeState)
    }

    @Test func aClearedFaultLetsTheSessionComeBack() throws {
        for kind in FaultKind.allCases where [.session, .node, .leaf].contains(kind.scope) {
            var fabric = try fabric(kind.rawValue + (kind.scope == .leaf ? ":104" : ":node-5"), at: 20)
            fabric.clear(Fault(kind))
            fabric.advance(to: .seconds(90))
            let seen = ends(fabric)
            #expect(seen.leaf == "5", "\(kind)")
            #expect(seen.node == "up Established", "\(kind)")
            #expect(fabric.faults.isEmpty)
        }
    }

    @Test func killedBIRDLeavesStalePathsForTheRestartTime() throws {
        let block = try #require(IPPrefix("10.244.9.64/26"))
        let address = try #require(IPAddress("192.168.2.33"))
        var fabric = try fabric("bird-killed:node-5", at: 2)
        #expect(fabric.nextHops(of: block, on: leafB) == [address])
        fabric.advance(to: .seconds(10 + 118))
        #expect(fabric.nextHops(of: block, on: leafB) == [address])
        fabric.advance(to: .seconds(10 + 126))
        #expect(fabric.nextHops(of: block, on: leafB).isEmpty)
        let status = fabric.run("sudo -n calicoctl node status", on: .node(node))
        #expect(status.output.hasPrefix("Calico process is running.\n\nThe BGP backend process (BIRD)"))
    }

    @Test func anAdministrativeShutdownLeavesNone() throws {
        let block = try #require(IPPrefix("10.244.9.64/26"))
        let fabric = try fabric("leaf-neighbor-shut:node-5/104", at: 1)
        // Leaf B now goes through the TEP of its pair, as every other leaf.
        #expect(fabric.nextHops(of: block, on: leafB) == [IPAddress("10.0.32.78")])
    }

    @Test func recoveryHoldsEverythingBackFor240Seconds() throws {
        var fabric = try fabric("recovery-wait:node-5", at: 60)
        var seen = ends(fabric, leaf: LeafID(103))
        #expect(seen.leaf == "0")
        #expect(seen.node == "wait Established")
        let status = fabric.run("birdcl show status", on: .node(node)).output
        #expect(status.contains("Graceful restart recovery in progress\n  Waiting for 1 protocols to recover\n"))
        #expect(status.contains("  Wait timer is 180/240\n"))
        fabric.advance(to: .seconds(10 + 245))
        seen = ends(fabric, leaf: LeafID(103))
        #expect(seen.leaf == "5")
        #expect(seen.node == "up Established")
    }

    @Test func aReloadStartsADisabledSessionAgain() throws {
        var fabric = try fabric("peer-disabled:node-5/104", at: 5)
        #expect(!fabric.run("calicoctl node status", on: .node(node)).output.contains("192.168.2.37"))
        try fabric.inject(#require(Fault(text: "mesh-enabled")))
        fabric.advance(to: .seconds(30))
        #expect(ends(fabric).node == "up Established")
    }

    @Test func relaxDecidesWhetherServicesSpread() throws {
        let service = try #require(IPPrefix("10.96.0.0/12"))
        let fabric = try fabric("service-single-next-hop", at: 1)
        #expect(fabric.nextHops(of: service, on: LeafID(101)).count == 1)
    }

    @Test func filtersAndDisagreementLeaveTheSessionUp() throws {
        let block = try #require(IPPrefix("10.244.9.128/26"))
        let filtered = try fabric("import-filter-missing:node-5", at: 2)
        #expect(ends(filtered).leaf == "4")
        #expect(filtered.nextHops(of: block, on: leafB).isEmpty)
        let service = try #require(IPPrefix("10.96.142.7/32"))
        let disagreeing = try fabric("leaves-disagree:node-5/104", at: 2)
        #expect(disagreeing.nextHops(of: service, on: LeafID(103)).count == 3)
        #expect(disagreeing.nextHops(of: service, on: leafB).count == 2)
    }

    @Test func aFlappingSessionIsLostAgainAndAgain() throws {
        var fabric = try fabric("session-flapping:node-5/104", at: 0)
        var losses = 0
        var wasUp = true
        for second in 10..<130 {
            fabric.advance(to: .seconds(second))
            let isUp = ends(fabric).leaf == "5"
            if wasUp, !isUp { losses += 1 }
            wasUp = isUp
        }
        #expect((4...12).contains(losses))
    }

    @Test func tableVersionMovesOnlyWithAChange() throws {
        func version(_ fabric: SimulatedFabric) -> Substring {
            var fabric = fabric
            let text = fabric.run("show ip bgp summary vrf prod:k8s", on: .leaf(LeafID(101))).output
            return text.split(separator: "\n").first { $0.hasPrefix("BGP table version is") } ?? ""
        }
        var fabric = SimulatedFabric(topology: .figure1, seed: 2)
        let before = version(fabric)
        fabric.advance(to: .seconds(60))
        #expect(version(fabric) == before)
        try fabric.inject(#require(Fault(text: "leaf-neighbor-shut:node-5")))
        fabric.advance(to: .seconds(62))
        #expect(version(fabric) != before)
    }

    @Test func wrongTextIsRefusedWithWhatWouldDo() {
        #expect(throws: FaultError.unknownName("nosuch")) { try ScheduledFault(text: "nosuch@3") }
        #expect(throws: FaultError.badTime("x")) { try ScheduledFault(text: "bird-killed@x") }
        var fabric = SimulatedFabric(topology: .figure2)
        #expect(throws: FaultError.unknownTarget(.birdKilled, "node-9")) {
            try fabric.inject(Fault(.birdKilled, "node-9"))
        }
    }

    @Test func sameSeedSameFabric() throws {
        func text(_ seed: UInt64) throws -> String {
            let schedule = DemoScript.schedule(.figure1, seed: seed)
            var fabric = SimulatedFabric(topology: .figure1, seed: seed, schedule: schedule)
            fabric.advance(to: .seconds(70))
            return fabric.run("fabric 101,104 show ip route vrf prod:k8s", on: .controller).output
        }
        #expect(try text(1) == text(1))
        #expect(try text(1) != text(2))
    }
}
