import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Testing

@Suite struct RestoreAndPushMachineTests {
    private func cordoned() throws -> World {
        var world = try World()
        world.setCordoned(1, true)
        return world
    }

    @Test func restoreOfACordonedNodeProvesSessionsAndRoutes() throws {
        var drive = try Drive(.restore, in: try cordoned())
        drive.finish(.lock)
        #expect(drive.asked.suffix(3) == [.leafSummary(World.leafA), .leafSummary(World.leafB), .node(World.name(1))])
        try drive.seeSessions()
        try drive.seeRoutes(["10.96.0.20/32": [1, 2]])
        #expect(drive.changes.last == .uncordon(World.name(1)))
        drive.finish(.uncordon)
        drive.seeCordoned(false)
        try drive.seeRoutes(["10.96.0.20/32": [1, 2]])
        #expect(drive.changes.last == .unlock(World.name(1)))
        drive.finish(.unlock)
        #expect(drive.result?.outcome == .succeeded)
        #expect(drive.machine.steps.first { $0.id == .include }?.reason == "no drain changed its labels")
    }

    @Test func oldSamplesOfSessionsProveNothing() throws {
        var drive = try Drive(.restore, in: try cordoned())
        drive.finish(.lock)
        drive.send(drive.world.facts)
        #expect(
            drive.machine.facts.suffix(2).map(\.detail) == [
                "no fresh sample of the leaf, no fresh sample of the node", "no fresh sample of the leaf",
            ])
    }

    @Test(arguments: ["wait Established", "start Active"]) func recoveryIsNotUp(node: String) throws {
        var drive = try Drive(.restore, in: try cordoned())
        drive.finish(.lock)
        drive.world.pass(1)
        try drive.world.setSession(1, 0, .up)
        try drive.world.setSession(1, 1, .oneSided, node: node)
        drive.send(drive.world.facts)
        drive.wait(301)
        let reason = try #require(drive.result?.reason)
        #expect(reason.contains("leaf 102") && !reason.contains("leaf 101"))
        #expect(drive.result?.remains == "nothing was changed; the node is as it was")
    }

    /// Where a leaf's objects tell of the End-of-RIB, a session is not past its first routes before it has come.
    @Test func theEndOfRIBIsWaitedFor() throws {
        var drive = try Drive(.restore, in: try cordoned())
        drive.finish(.lock)
        func see(endOfRIB: Double) throws {
            drive.world.pass(1)
            var told = BGPSession()
            told.state = "established"
            told.lastChange = World.start
            told.endOfRIB = World.start.addingTimeInterval(endOfRIB)
            for side in 0...1 { try drive.world.setSession(1, side, .up, detail: told) }
            drive.send(drive.world.facts)
        }
        try see(endOfRIB: -60)
        #expect(drive.machine.facts.last?.detail == "no End-of-RIB in this session yet")
        #expect(drive.machine.view.current?.id == .confirmSessions)
        try see(endOfRIB: 1)
        #expect(drive.machine.view.current?.id == .confirmBlocks)
    }

    @Test func aServiceRouteThatDoesNotComeBackIsNamed() throws {
        var drive = try Drive(.restore, in: try cordoned())
        try drive.goTo(.confirmServices)
        drive.world.pass(1)
        drive.world.setCordoned(1, false)
        try drive.world.setRoutes(["10.96.0.20/32": [1, 2]])
        drive.world.change { entry in
            if entry.key == SessionKey(node: World.name(1), leaf: World.leafB) { entry.installed = .no }
        }
        drive.send(drive.world.facts)
        drive.wait(91)
        #expect(
            drive.result?.reason.contains("leaf 102 forwards all that node-1 should advertise to it: 1 of 1") == true)
        #expect(drive.result?.outcome == .failed)
    }

    @Test func failedUncordonSaysSo() throws {
        var drive = try Drive(.restore, in: try cordoned())
        try drive.goTo(.uncordon)
        drive.fail(.uncordon, "Forbidden")
        #expect(drive.result?.remains == "the node may take pods again")
    }

    private func withoutPeer() throws -> World {
        var world = try World()
        var peers = world.snapshot.cluster.peers?.value ?? []
        peers.removeAll { $0.name == "leaf102-node-1" }
        world.snapshot.cluster.peers = world.seen(peers)
        return world
    }

    @Test func pushProvesObjectsAndSessions() throws {
        let full = try World().snapshot.cluster.peers?.value ?? []
        var drive = try Drive(.push, in: try withoutPeer())
        drive.finish(.lock)
        guard case .apply(let document)? = drive.changes.last else {
            Issue.record("nothing applied")
            return
        }
        #expect(document.contains("leaf102-node-1"))
        drive.finish(.apply)
        drive.send(drive.world.facts)
        #expect(drive.machine.facts.first?.detail == "Calico was not read since")
        drive.world.pass(1)
        drive.world.snapshot.cluster.peers = drive.world.seen(full)
        drive.send(drive.world.facts)
        try drive.seeSessions()
        #expect(drive.result == nil, "samples from before BIRD has reloaded say nothing")
        drive.world.pass(10)
        try drive.seeSessions()
        #expect(drive.changes.last == .unlock(World.name(1)))
        drive.finish(.unlock)
        #expect(drive.result?.outcome == .succeeded)
        #expect(drive.result?.undo == "calicoctl delete bgppeer leaf102-node-1")
        #expect(drive.result?.inverse == nil)
    }

    @Test func objectsThatStayDifferentFail() throws {
        var drive = try Drive(.push, in: try withoutPeer())
        drive.finish(.lock)
        drive.finish(.apply)
        drive.world.pass(1)
        drive.world.snapshot.cluster.peers = drive.world.seen(drive.world.snapshot.cluster.peers?.value ?? [])
        drive.send(drive.world.facts)
        drive.wait(31)
        #expect(drive.result?.reason.contains("BGPPeer leaf102-node-1 is as intended: the live object differs") == true)
    }

    @Test func formerObjectsStandInTheJournal() throws {
        var world = try World()
        var peers = world.snapshot.cluster.peers?.value ?? []
        for place in peers.indices where peers[place].name == "leaf101-node-1" { peers[place].asn = ASN(1) }
        world.snapshot.cluster.peers = world.seen(peers)
        let drive = try Drive(.push, in: world)
        #expect(drive.journal.first?.result.contains("asNumber: 1\n") == true)
    }

    @Test func failedApplyMayHaveDoneSome() throws {
        var drive = try Drive(.push, in: try withoutPeer())
        drive.finish(.lock)
        drive.fail(.apply, "Partial success: applied the first 1 out of 2")
        #expect(drive.result?.remains == "some of the peer configuration may be applied")
    }

    @Test func journalFailureStopsBeforeTheChange() throws {
        let world = try cordoned()
        let plan = world.plan(.restore)
        var machine = Operation(id: OperationID("x"), plan: plan, who: World.who)
        _ = machine.handle(.started(try Consent.byFlag(for: plan), now: world.now))
        let actions = machine.handle(.journalFailed(reason: "disk full", now: world.now))
        #expect(changes(actions).isEmpty)
        let result = try #require(machine.view.result)
        #expect(result.reason.contains("disk full"))
        #expect(result.remains.hasPrefix("nothing was changed") && result.inverse == nil)
    }
}
