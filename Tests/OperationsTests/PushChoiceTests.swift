import Correlation
import Fabric
import Operations
import Polling
import Synchronization
import Testing

/// Which of the objects that differ a push changes, and that it changes none that somebody else has changed meanwhile.
@Suite(.timeLimit(.minutes(2))) struct PushChoiceTests {
    private func bothWrong() throws -> World {
        var world = try World()
        var peers = world.snapshot.cluster.peers?.value ?? []
        for place in peers.indices where peers[place].name.hasSuffix("node-1") {
            peers[place].asn = ASN(1)
            peers[place].version = "41\(place)"
        }
        world.snapshot.cluster.peers = world.seen(peers)
        return world
    }

    private func plan(_ world: World, leaving: Set<String>) -> Plan {
        var context = world.context
        context.leaving = leaving
        return Plan(.push, of: World.name(1), in: context)
    }

    @Test func anObjectThatIsLeftIsInNoDocumentAndResetsNothing() throws {
        let plan = plan(try bothWrong(), leaving: ["bgppeer/leaf101-node-1"])
        let push = try #require(plan.push)
        #expect(plan.isAllowed)
        #expect(push.objects.map(\.name) == ["bgppeer/leaf101-node-1", "bgppeer/leaf102-node-1"])
        #expect(push.objects.map(\.isLeft) == [true, false])
        #expect(!push.document.contains("leaf101-node-1") && push.document.contains("leaf102-node-1"))
        #expect(!push.rollback.contains("leaf101-node-1") && push.rollback.contains("leaf102-node-1"))
        #expect(push.resets.map(\.leaf) == [World.leafB])
        #expect(plan.text.contains("bgppeer/leaf101-node-1 is left as it is, as chosen"))
    }

    @Test func whereAllIsLeftThereIsNothingToDo() throws {
        let plan = plan(try bothWrong(), leaving: ["bgppeer/leaf101-node-1", "bgppeer/leaf102-node-1"])
        #expect(plan.isNothingToDo)
        #expect(plan.text.contains("every object that differs is left as it is"))
    }

    /// With the version as read, Calico refuses to replace what was changed since; what goes back bears none.
    @Test func theVersionAsReadStandsInTheDocument() throws {
        let push = try #require(plan(try bothWrong(), leaving: []).push)
        #expect(push.document.contains("name: \"leaf101-node-1\"\n  resourceVersion: \"410\""))
        #expect(!push.rollback.contains("resourceVersion"))
        #expect(push.objects.count == 2)
    }

    // MARK: The controllers' side

    private static let name = "uni/tn-common/out-calico/lnodep-r/lifp-n/rspathL3OutAtt-[p]/peerP-[192.168.1.1]"

    /// The controllers' profile of node-1 as the plan sees it, and as it is there when it is posted.
    private func pushed(planned: Int, found: Int) async throws -> (OperationResult, FakeCluster) {
        let world = try PushResetTests().profiled { $0.remoteAS = ASN(UInt32(planned)) }
        let cluster = FakeCluster(world)
        let child = ManagedObject("bgpAsP", ["asn": "\(found)"])
        cluster.state.withLock {
            $0.profiles = [ManagedObject("bgpPeerP", ["dn": Self.name, "adminSt": "enabled"], [child])]
        }
        return (try await FakeConsole(cluster, writesControllers: true).run(.push), cluster)
    }

    @Test func aProfileIsPostedAndReadAgain() async throws {
        let (result, cluster) = try await pushed(planned: 65999, found: 65999)
        #expect(result.outcome == .succeeded, "\(result.reason)")
        #expect(cluster.calls.filter { $0.hasPrefix("post") }.count == 1)
        let seen = cluster.state.withLock { $0.profiles.first?.child("bgpAsP")?["asn"] }
        #expect(seen == "65101")
    }

    @Test func aProfileThatSomebodyElseChangedIsLeftAlone() async throws {
        let (result, cluster) = try await pushed(planned: 65999, found: 65888)
        #expect(result.outcome == .failed && result.reason.contains("someone changed it meanwhile"), "\(result.reason)")
        #expect(!cluster.calls.contains { $0.hasPrefix("post") })
    }

    /// A console that was killed behind its post leaves nothing to post.
    @Test func aProfileThatIsMendedAlreadyIsNotPostedAgain() async throws {
        let (result, cluster) = try await pushed(planned: 65999, found: 65101)
        #expect(result.outcome == .succeeded, "\(result.reason)")
        #expect(!cluster.calls.contains { $0.hasPrefix("post") })
    }

    // MARK: Roles

    private func poor(_ world: World) -> PlanContext {
        PlanContext(
            snapshot: world.snapshot, picture: world.picture, now: world.now, controllersAreWritable: true,
            missingRoles: ["a role that may write"])
    }

    @Test func aMissingRoleIsToldAndTheSessionsAreHeldOtherwise() throws {
        let plan = Plan(.drain, of: World.name(1), in: poor(try World()))
        #expect(plan.isAllowed)
        #expect(
            plan.text.contains(
                "the controllers' user lacks a role that may write: its sessions are held down by a label"))
        if case .label? = plan.drain?.hold {} else { Issue.record("not held by a label") }
        let world = try PushResetTests().profiled { $0.remoteAS = ASN(65999) }
        let push = Plan(.push, of: World.name(1), in: poor(world))
        #expect(push.isNothingToDo && push.text.contains("lacks a role that may write: nothing is posted there"))
    }

    @Test func whatIsHeldOnTheControllersCannotBeLetUpWithoutTheRole() async throws {
        let cluster = FakeCluster(try World())
        cluster.state.withLock {
            $0.profiles = [ManagedObject("bgpPeerP", ["dn": Self.name, "adminSt": "enabled"])]
        }
        #expect(try await FakeConsole(cluster, pid: 1, writesControllers: true).run(.drain).outcome == .succeeded)
        let facts = cluster.facts()
        let context = PlanContext(
            snapshot: facts.snapshot, picture: facts.picture, now: facts.now, controllersAreWritable: true,
            missingRoles: ["a role that may write"])
        #expect(Plan(.restore, of: World.name(1), in: context).standing.map(\.kind) == [.rights])
    }
}
