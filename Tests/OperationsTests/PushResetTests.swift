import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Synchronization
import Testing

/// A push that finds nothing to mend starts the sessions anew, one leaf after the other; one that finds the controllers
/// wrong mends them.
@Suite(.timeLimit(.minutes(2))) struct PushResetTests {
    private func named() throws -> World {
        var world = try World()
        for place in world.picture.sessions.indices {
            let leaf = world.picture.sessions[place].key.leaf
            world.picture.sessions[place].nodePeer?.value.protocolName = "Node_\(leaf)"
        }
        return world
    }

    private func plan(_ world: World, _ reset: SessionReset?) -> Plan {
        var context = world.context
        context.reset = reset
        return Plan(.push, of: World.name(1), in: context)
    }

    private func driven(_ reset: SessionReset) throws -> (Drive, World) {
        let world = try named()
        let plan = plan(world, reset)
        var drive = try Drive(.restore, in: world)
        drive.machine = Operation(id: OperationID("p"), plan: plan, who: World.who)
        drive.actions = []
        drive.send(.started(try Consent.byFlag(for: plan), now: world.now))
        return (drive, world)
    }

    @Test func nothingIsStartedAnewUnlessAskedFor() throws {
        #expect(plan(try named(), nil).isNothingToDo)
        let plan = plan(try named(), .restart)
        #expect(plan.isAllowed)
        #expect(plan.text.contains("the session restarts, some seconds each, one leaf after the other"))
        #expect(plan.push?.resets.map(\.leaf) == [World.leafA, World.leafB])
    }

    @Test func theSecondLeafWaitsForTheFirst() throws {
        var (drive, _) = try driven(.restart)
        drive.finish(.lock)
        #expect(drive.changes.last == .reset(World.name(1), "Node_101", .restart))
        drive.finish(.resetFirst)
        try drive.seeSessions()
        #expect(drive.changes.count == 2, "samples from before the restart shows prove nothing")
        drive.world.pass(10)
        try drive.world.setSession(1, 0, .down)
        drive.send(drive.world.facts)
        #expect(drive.changes.count == 2)
        try drive.seeSessions()
        #expect(drive.changes.last == .reset(World.name(1), "Node_102", .restart))
        drive.finish(.resetSecond)
        drive.world.pass(10)
        try drive.seeSessions()
        drive.world.pass(10)
        try drive.seeSessions()
        #expect(drive.changes.last == .unlock(World.name(1)))
    }

    @Test(arguments: [SessionReset.refresh, .restart]) func notWhileTheOtherLeafIsDown(reset: SessionReset) throws {
        var world = try named()
        try world.setSession(1, 1, .down)
        world.picture.sessions[world.picture.sessions.count - 1].nodePeer?.value.protocolName = "Node_102"
        #expect(plan(world, reset).standing.map(\.kind) == [.wouldIsolate])
    }

    // MARK: The controllers' side

    func profiled(_ body: (inout ConfiguredPeer) -> Void) throws -> World {
        var world = try World()
        var peer = ConfiguredPeer(
            neighbor: IPPrefix(host: try World.address(1)), remoteAS: ASN(65101), localAS: ASN(65002), controls: [],
            isEnabled: true)
        body(&peer)
        let svi = L3OutInterface(
            dn: "uni/tn-common/out-calico/lnodep-r/lifp-n/rspathL3OutAtt-[p]",
            attachment: .vpc(LeafID(101), LeafID(102), group: "p"),
            vlan: 310, mtu: 9000, sides: [], peers: [peer])
        let l3out = L3OutConfiguration(
            tenant: "common", name: "calico",
            nodeProfiles: [L3OutConfiguration.NodeProfile(name: "r", interfaces: [svi])])
        world.snapshot.configuration = world.seen(FabricConfiguration(l3outs: [l3out]), .apic)
        return world
    }

    private func written(_ world: World) -> Plan {
        var context = world.context
        context.controllersAreWritable = true
        return Plan(.push, of: World.name(1), in: context)
    }

    @Test func aProfileAsIntendedIsNothingToDo() throws {
        #expect(written(try profiled { _ in }).isNothingToDo)
    }

    @Test func aWrongProfileIsMendedByItsDifferingPartsAlone() throws {
        let world = try profiled { peer in
            peer.remoteAS = ASN(65999)
            peer.localAS = ASN(65777)
            peer.isEnabled = false
        }
        let plan = written(world)
        #expect(plan.isAllowed)
        let object = try #require(plan.push?.posted.first?.object)
        #expect(object["adminSt"] == "enabled" && object.child("bgpAsP")?["asn"] == "65101")
        #expect(object.child("bgpLocalAsnP")?["localAsn"] == "65002")
        #expect(plan.text.contains("adminSt disabled -> enabled, AS 65999 -> 65101, local AS 65777 -> 65002"))
        #expect(plan.push?.resets.count == 2, "one object configures both leaves")
        #expect(plan.push?.profiles.first?.former.child("bgpAsP")?["asn"] == "65999")
    }

    @Test func whereTheControllersCannotBeWrittenTheDifferenceIsOnlySaid() throws {
        let world = try profiled { $0.remoteAS = ASN(65999) }
        let plan = world.plan(.push)
        #expect(plan.isNothingToDo && plan.push?.posted.isEmpty == true)
        #expect(plan.text.contains("AS 65999 -> 65101 (the controllers cannot be written from here)"))
    }

    @Test func aNodeThatAnOperationHoldsIsNotPushed() async throws {
        let cluster = FakeCluster(try World())
        try await FakeConsole(cluster, pid: 1).run(.drain)
        #expect(FakeConsole(cluster, pid: 2).plan(.push).standing.map(\.kind).contains(.inMaintenance))
    }
}
