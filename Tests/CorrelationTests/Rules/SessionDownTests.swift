import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct SessionDownTests {
    @Test func bothLeavesLostIsOneCriticalFinding() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        fabric.lose(1, 102)
        let found = fabric.findings("session-down")
        #expect(found.count == 1)
        #expect(found.first?.severity == .critical)
        #expect(found.first?.subject == Subject(rack: "rack-1", node: NodeName("node-1")))
        #expect(found.first?.evidence.count == 4)
        #expect(found.first?.since == fabric.now.addingTimeInterval(-60))
        #expect(fabric.findings("one-leaf-only").isEmpty)
        #expect(fabric.picture().nodes.first?.health == .down)
    }

    @Test func oneLeafLostIsAWarningForThatLeaf() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        let found = fabric.findings("session-down")
        #expect(found.count == 1)
        #expect(found.first?.severity == .warning)
        #expect(found.first?.subject.leaf == LeafID(101))
        #expect(fabric.picture().nodes.first?.health == .degraded)
    }

    @Test(arguments: [
        ("Active Received: Administrative shutdown", "Idle", "administrative shutdown"),
        ("Active Socket: Connection refused", "Idle", "connection refused"),
        ("Active Socket: Connection reset by peer", "Idle", "reset"),
        ("Active Socket: Connection closed", "Idle", "closed"),
        ("Connect Socket: No route to host", "Idle", "no route"),
        ("Connect Socket: Host is unreachable", "Idle", "no route"),
        ("OpenSent", "Idle", "leaf hung"),
        ("Idle BGP Error: Bad peer AS", "Idle", "as-mismatch"),
        ("Idle Received: Maximum number of prefixes reached", "Idle", "maximum prefixes"),
        ("Connect", "Active", "passwords"),
        ("Idle Received: Unknown error 6.10", "Idle", "BFD"),
        ("Active Socket: Connection reset by peer", "Shut (Admin)", "administrative shutdown on the leaf"),
    ])
    func causeComesFromStateAndLastError(info: String, leafState: String, words: String) {
        var fabric = FabricBuilder.figure1()
        fabric.lose(2, 102, info: info, leafState: leafState)
        #expect(fabric.findings("session-down").first?.cause.contains(words) == true)
    }

    @Test func holdTimerOnBothLeavesInTheSameSecondIsTheNode() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101, info: "Idle Received: Hold timer expired", age: 60)
        fabric.lose(1, 102, info: "Idle Received: Hold timer expired", age: 61)
        #expect(fabric.findings("session-down").first?.cause.contains("points at the node") == true)
    }

    @Test func holdTimerOnOneLeafAloneIsThePathOrTheLeaf() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101, info: "Idle BGP Error: Hold timer expired", age: 60)
        fabric.lose(1, 102, info: "Idle BGP Error: Hold timer expired", age: 600)
        let cause = fabric.findings("session-down").first?.cause ?? ""
        #expect(cause.contains("path or at the leaf"))
    }

    @Test func holdTimerOfSeveralNodesIsTheLeaf() {
        var fabric = FabricBuilder.figure1()
        for node in [1, 2] { fabric.lose(node, 101, info: "Idle BGP Error: Hold timer expired") }
        let found = fabric.findings("session-down")
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.cause.contains("points at the leaf") })
    }

    @Test func aLeafThatLosesAllItsSessionsIsOneFinding() {
        var fabric = FabricBuilder.figure1()
        for node in [1, 2, 3] { fabric.lose(node, 101) }
        let found = fabric.findings("session-down")
        #expect(found.map(\.subject) == [Subject(rack: "rack-1", leaf: LeafID(101))])
        #expect(fabric.findings("one-leaf-only").count == 1)
        #expect(fabric.findings("leaves-disagree").count == 1)
        #expect(fabric.picture().leaves.first?.health == .down)
    }

    @Test func calicoNodeThatDoesNotRunIsTheCause() {
        var fabric = FabricBuilder.figure1()
        let name = FabricBuilder.name(3)
        fabric.lose(3, 101)
        fabric.lose(3, 102)
        fabric.snapshot.nodes[name]?.protocols = nil
        let from = fabric.provenance(.node(name), "calicoctl node status")
        fabric.snapshot.nodes[name]?.calico = Observed(
            CalicoNodeStatus(isRunning: false, peers: [], remarks: []),
            from)
        let found = fabric.findings("session-down")
        #expect(found.first?.severity == .critical)
        #expect(found.first?.cause.contains("calico-node is not running") == true)
        #expect(fabric.findings("peer-missing").isEmpty)
    }

    @Test func leafAloneTellsWithTheNodeUnread() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        fabric.lose(1, 102)
        fabric.snapshot.nodes[FabricBuilder.name(1)] = nil
        fabric.snapshot.cluster.nodes?.value[0].isReady = false
        let found = fabric.findings("session-down")
        #expect(found.first?.cause.contains("NotReady") == true)
        #expect(found.first?.evidence.contains { $0.excerpt.contains("not read") } == true)
    }

    @Test func unknownIsNeverDown() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves[LeafID(101)] = nil
        fabric.snapshot.nodes[FabricBuilder.name(1)] = nil
        #expect(fabric.session(1, 101)?.verdict == .unknown)
        #expect(fabric.findings("session-down").isEmpty)
        #expect(fabric.picture().nodes.first?.health == .unknown)
    }

    @Test func twoOldSamplesAreStaleWhateverTheySay() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        fabric.silence(.leaf(LeafID(101)), seconds: 60)
        fabric.silence(.node(FabricBuilder.name(1)), seconds: 60)
        #expect(fabric.session(1, 101)?.verdict == .stale)
        #expect(fabric.findings("session-down").isEmpty)
    }

    /// The leaf that is back tells of the same loss: its session began anew in the second in which the other was lost.
    @Test func holdTimerWithOneLeafBackAlreadyIsTheNode() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 102, info: "Idle Received: Hold timer expired", age: 40)
        fabric.onNode(1, side: 0) { peer in
            peer.since = FabricBuilder.clockTime(FabricBuilder.now.addingTimeInterval(-40))
            return true
        }
        #expect(fabric.findings("session-down").first?.cause.contains("points at the node") == true)
        fabric.onNode(1, side: 0) { peer in
            peer.since = FabricBuilder.clockTime(FabricBuilder.now.addingTimeInterval(-3000))
            return true
        }
        #expect(fabric.findings("session-down").first?.cause.contains("path or at the leaf") == true)
    }

    @Test func aLossOfTheOtherLeafThatWasSeenCountsAsWell() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 102, info: "Idle Received: Hold timer expired", age: 40)
        fabric.snapshot.leaves[LeafID(101)]?.history[FabricBuilder.address(1)] = SessionHistory(
            losses: [fabric.now.addingTimeInterval(-41)])
        #expect(fabric.findings("session-down").first?.cause.contains("points at the node") == true)
    }

    /// calicoctl still answers; what it says of BIRD decides, and a missing BIRDv6 says nothing.
    @Test(arguments: [
        ("BIRDv4 process: 'bird' is not running.", true), ("The BGP backend process (BIRD) is not running.", true),
        ("BIRDv6 process: 'bird6' is not running.", false), ("No IPv4 peers found.", false),
    ])
    func aBIRDThatDoesNotRunIsTheCause(remark: String, isDead: Bool) {
        var fabric = FabricBuilder.figure1()
        let name = FabricBuilder.name(3)
        for leaf in [101, 102] { fabric.lose(3, leaf) }
        let from = fabric.provenance(.node(name), "calicoctl node status", at: 1)
        fabric.snapshot.nodes[name]?.calico = Observed(
            CalicoNodeStatus(isRunning: true, peers: [], remarks: [remark]), from)
        fabric.snapshot.sources[.node(name)]?.error = SourceError(
            kind: .unreachable, source: .node(name), operation: "birdcl show status", cause: "refused", hint: "")
        #expect(fabric.findings("peer-missing").isEmpty == isDead)
        let found = fabric.findings("session-down")
        #expect(found.first?.cause.contains("BIRD is not running on node-3") == (isDead ? true : nil))
        #expect(found.first?.evidence.contains { $0.excerpt == remark } == (isDead ? true : nil))
        #expect(fabric.findings("source-failing").isEmpty == isDead)
    }

    /// A BIRD that hangs: calicoctl answers with status 0 and a sentence in place of the table, as seen in the lab.
    @Test(arguments: ["Error querying BIRD: unable to connect to BIRDv4 socket: dial unix: timed out"])
    func aBIRDThatCannotBeAskedIsNoMissingPeer(remark: String) {
        var fabric = FabricBuilder.figure1()
        let name = FabricBuilder.name(3)
        for leaf in [101, 102] { fabric.lose(3, leaf) }
        fabric.snapshot.nodes[name] = NodeState(
            calico: Observed(
                CalicoNodeStatus(isRunning: true, peers: [], remarks: [remark]),
                fabric.provenance(.node(name), "calicoctl node status", at: 1)))
        #expect(fabric.findings("peer-missing").isEmpty)
        #expect(fabric.findings("session-down").count == 1)
    }

    @Test func aNodeThatDoesNotAnswerEitherIsTheCause() {
        var fabric = FabricBuilder.figure1()
        for leaf in [101, 102] { fabric.lose(1, leaf) }
        let source = SourceID.node(FabricBuilder.name(1))
        fabric.snapshot.nodes[FabricBuilder.name(1)] = nil
        func error(_ cause: String) -> SourceError {
            SourceError(kind: .unreachable, source: source, operation: "calicoctl node status", cause: cause, hint: "")
        }
        fabric.snapshot.sources[source]?.error = error("ssh: No route to host")
        #expect(
            fabric.findings("session-down").first?.cause.contains("No route to host), which points at the node") == true
        )
        fabric.snapshot.sources[source]?.error = error("ssh: Connection refused")
        #expect(fabric.findings("session-down").first?.cause.contains("was not read") == true)
    }

    /// Once for the leaf, and not again in the words of each of its sessions; however few they are.
    @Test func aSilentLeafIsToldOnce() {
        for nodes in [[1, 2, 3], [2]] {
            var fabric = FabricBuilder.figure1()
            for node in nodes { fabric.lose(node, 101, info: "Active Received: Hold timer expired", age: 60) }
            let leaf = LeafID(101)
            fabric.snapshot.leaves[leaf] = nil
            fabric.snapshot.sources[.leaf(leaf)]?.error = SourceError(
                kind: .timedOut, source: .leaf(leaf), operation: "show", cause: "no answer after 10 s", hint: "")
            let cause = fabric.findings("session-down").first?.cause ?? ""
            #expect(cause.ranges(of: "does not answer from here either").count == 1, "\(cause)")
            #expect(cause.contains("hung") && cause.contains("hold timer expired"), "\(cause)")
        }
    }

    /// The leaves are the cause; their nodes, which have nothing left, are named there.
    @Test func twoSilentLeavesAreTwoFindingsAndNoneForTheirNodes() {
        var fabric = FabricBuilder.figure1()
        for (number, words) in [(101, "no answer after 10 s"), (102, "No route to host")] {
            for node in 1...3 { fabric.lose(node, number, info: "Active Received: Hold timer expired") }
            let leaf = LeafID(number)
            fabric.snapshot.leaves[leaf] = nil
            fabric.snapshot.sources[.leaf(leaf)]?.error = SourceError(
                kind: .unreachable, source: .leaf(leaf), operation: "show", cause: words, hint: "")
        }
        let found = fabric.findings("session-down")
        #expect(found.map(\.subject.leaf) == [LeafID(101), LeafID(102)])
        #expect(found.allSatisfy { $0.severity == .critical && $0.cause.contains("does not answer from here either") })
        #expect(found.allSatisfy { $0.summary.contains("node-1, node-2, node-3 have no other session") })
        // Where no leaf answers, the way to them may be what is broken.
        for number in [103, 104] {
            fabric.snapshot.sources[.leaf(LeafID(number))]?.error = SourceError(
                kind: .unreachable, source: .leaf(LeafID(number)), operation: "show", cause: "down", hint: "")
        }
        #expect(fabric.findings("session-down").map(\.subject.node) == (1...3).map(FabricBuilder.name))
    }

    @Test func aLeafThatDoesNotAnswerEitherIsTheCause() {
        var fabric = FabricBuilder.figure1()
        for node in [1, 2, 3] { fabric.lose(node, 101, info: "Connect Socket: No route to host") }
        let leaf = LeafID(101)
        fabric.snapshot.leaves[leaf] = nil
        fabric.snapshot.sources[.leaf(leaf)]?.error = SourceError(
            kind: .timedOut, source: .leaf(leaf), operation: "show", cause: "no answer after 10 s", hint: "")
        let found = fabric.findings("session-down")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("does not answer from here either (no answer after 10 s)") == true)
    }
}
