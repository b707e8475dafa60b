import Correlation
import Fabric
import Operations
import Polling
import Testing

extension String {
    /// How often a text stands in this one.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}

@Suite struct DrainPlanTests {
    @Test func healthyNodeMayBeDrained() throws {
        var world = try World()
        world.setPods([pod("web-1"), pod("cni", owner: "DaemonSet"), pod("web-2", on: 2)])
        let plan = world.plan(.drain)
        #expect(plan.isAllowed)
        #expect(plan.drain?.pods(.evict).map(\.name) == ["web-1"])
        #expect(plan.drain?.pods(.daemonSet).map(\.name) == ["cni"])
        #expect(plan.drain?.withdrawn == [try World.prefix("10.96.0.20/32")])
        #expect(plan.drain?.losses.map(\.leaf) == [World.leafA, World.leafB])
        #expect(plan.drain?.losses.allSatisfy { $0.remaining == ["node-2"] && !$0.isLast } == true)
    }

    @Test func serviceRangesLeaveToo() throws {
        var world = try World()
        try world.setRoutes(["10.96.0.0/16": [1, 2, 3]])
        try world.setKind(.serviceRange, of: "10.96.0.0/16")
        let plan = world.plan(.drain)
        #expect(plan.drain?.withdrawn == [try World.prefix("10.96.0.0/16")])
        #expect(plan.drain?.losses.map(\.remaining.count) == [2, 2])
        #expect(plan.text.contains("10.96.0.0/16 on leaf 101: 2 remain, node-2, node-3"))
    }

    @Test func sessionsAreHeldByALabelThatTheirPeersLeaveOut() throws {
        let plan = try World().plan(.drain)
        #expect(plan.text.contains("BGPPeer leaf101-node-1: nodeSelector kubernetes.io/hostname == 'node-1' && !has("))
        #expect(plan.text.contains("label bgpdeck.io/hold=true on node-1"))
    }

    @Test(arguments: [nil, "rack == 'rack-1'", "has(rack) || rack == 'x'"] as [String?])
    func sharedPeersGetASelectorAndGlobalOnesCannot(selector: String?) throws {
        var world = try World()
        var peers = world.snapshot.cluster.peers?.value ?? []
        for place in peers.indices { (peers[place].node, peers[place].nodeSelector) = (nil, selector) }
        world.snapshot.cluster.peers = world.seen(peers)
        var nodes = world.snapshot.cluster.nodes?.value ?? []
        for place in nodes.indices { nodes[place].labels["rack"] = "rack-1" }
        world.snapshot.cluster.nodes = world.seen(nodes)
        let plan = world.plan(.drain)
        guard let selector else {
            #expect(plan.standing.map(\.kind) == [.noHold])
            world.overrides = [.noHold]
            #expect(world.plan(.drain).isAllowed)
            return
        }
        guard case .label(let held)? = plan.drain?.hold else {
            Issue.record("not held: \(plan.text)")
            return
        }
        #expect(held.count == 8)
        let parts = selector.split(separator: "||").map { $0.trimmingPrefix(" ") }
        #expect(held.allSatisfy { $0.heldSelector.components(of: "!has(bgpdeck.io/hold)") == parts.count })
    }

    @Test func aDeafLeafIsRefusedUntilOverridden() throws {
        var world = try World()
        try world.setSession(2, 1, .down)
        try world.setSession(3, 1, .down)
        #expect(world.plan(.drain).standing.map(\.kind) == [.leafDown])
        world.overrides = [.leafDown]
        let plan = world.plan(.drain)
        #expect(plan.isAllowed && plan.target.witnesses == [World.leafA, World.leafB])
        world.snapshot.sources[.leaf(World.leafB)] = nil
        #expect(world.plan(.drain).target.witnesses == [World.leafA], "a leaf that is not read proves nothing")
        #expect(world.plan(.drain).target.leaves == [World.leafA, World.leafB], "the pair is locked all the same")
    }

    @Test func aRecoveryAnywhereIsWaitedFor() throws {
        var world = try World()
        try world.setSession(4, 1, .oneSided, node: "wait Established")
        #expect(world.plan(.drain).standing.map(\.kind) == [.recovery])
    }

    @Test func missingRightsAreNamedAndCannotBeOverridden() throws {
        let world = try World()
        var context = world.context
        context.missingRights = [ClusterRight("create", "pods", subresource: "eviction"), ClusterRight("x", "y")]
        context.overrides = Set(Blocker.Kind.allCases)
        let plan = Plan(.drain, of: World.name(1), in: context)
        #expect(plan.standing.map(\.kind) == [.rights])
        #expect(plan.text.contains("may not create pods/eviction"))
    }

    @Test func lastNextHopIsNamed() throws {
        var world = try World()
        try world.setRoutes(["10.96.0.20/32": [1]])
        let plan = world.plan(.drain)
        #expect(plan.drain?.losses.allSatisfy(\.isLast) == true)
        #expect(plan.drain?.lastServices == [ObjectName(namespace: "shop", name: "web")])
        #expect(plan.text.contains("LAST: shop/web"))
    }

    @Test func anotherRackIsNotLast() throws {
        var world = try World()
        try world.setRoutes(["10.96.0.20/32": [1, 4]])
        let losses = try #require(world.plan(.drain).drain).losses
        #expect(losses.allSatisfy { $0.remaining.isEmpty && $0.otherNodes == [World.name(4)] && !$0.isLast })
    }

    @Test func lastReadyEndpointIsNamed() throws {
        var world = try World()
        let service = ObjectName(namespace: "shop", name: "db")
        let here = ServiceEndpoint(address: try World.ip("10.244.1.1"), node: World.name(1), isReady: true)
        let there = ServiceEndpoint(address: try World.ip("10.244.2.1"), node: World.name(2), isReady: false)
        world.snapshot.cluster.endpoints = world.seen([ServiceEndpoints(service: service, endpoints: [here, there])])
        #expect(world.plan(.drain).text.contains("all ready endpoints of shop/db are on this node"))
    }

    @Test func podsAreGroupedAsKubectlDoes() throws {
        var world = try World()
        world.setPods([
            pod("a"), pod("b", owner: "Node"), pod("c", emptyDir: true), pod("d", owner: nil),
            pod("e", owner: "Job", phase: "Succeeded"), pod("f", owner: "DaemonSet", emptyDir: true),
        ])
        let plan = try #require(world.plan(.drain).drain)
        for (treatment, name) in zip(
            [PodTreatment.evict, .mirror, .emptyDir, .unmanaged, .completed, .daemonSet],
            ["a", "b", "c", "d", "e", "f"])
        {
            #expect(plan.pods(treatment).map(\.name) == [name])
        }
    }

    @Test func volumesAndUnownedPodsNeedConsent() throws {
        var world = try World()
        world.setPods([pod("c", emptyDir: true), pod("d", owner: nil)])
        #expect(world.plan(.drain).standing.map(\.kind) == [.emptyDir, .unmanaged])
        world.options = DrainOptions(deletesEmptyDirData: true, forcesUnmanaged: true)
        let plan = world.plan(.drain)
        #expect(plan.isAllowed)
        #expect(plan.text.contains("gone for good: shop/d"))
    }

    @Test func budgetThatAllowsNothingIsShownWithItsNumbers() throws {
        var world = try World()
        world.setPods([pod("web-1")])
        let budget = DisruptionBudget(
            name: ObjectName(namespace: "shop", name: "web"), matchLabels: ["app": "web"], disruptionsAllowed: 0,
            desiredHealthy: 2, currentHealthy: 2)
        world.snapshot.cluster.budgets = world.seen([budget])
        let plan = world.plan(.drain)
        #expect(plan.drain?.budgets.map(\.pods) == [[ObjectName(namespace: "shop", name: "web-1")]])
        #expect(plan.text.contains("budget shop/web allows 0 evictions now (2 healthy, 2 needed)"))
        world.setPods([pod("cni", owner: "DaemonSet")])
        #expect(world.plan(.drain).drain?.budgets.isEmpty == true)
    }

    @Test func aPodOfTwoBudgetsIsToldBefore() throws {
        var world = try World()
        world.setPods([pod("web-1")])
        let budgets = ["web", "all"].map { name in
            DisruptionBudget(
                name: ObjectName(namespace: "shop", name: name), matchLabels: ["app": "web"], disruptionsAllowed: 1,
                desiredHealthy: 2, currentHealthy: 3)
        }
        world.snapshot.cluster.budgets = world.seen(budgets)
        #expect(world.plan(.drain).text.contains("shop/web-1 has the budgets shop/all, shop/web"))
    }

    /// A journal remembers a node in maintenance that Kubernetes shows without a mark: another console restored it, or it
    /// is another cluster's.
    @Test func whatKubernetesShowsOutweighsTheJournal() throws {
        var world = try World()
        world.maintenance = [World.name(2)]
        #expect(world.plan(.drain).isAllowed)
    }

    @Test(arguments: [true, false]) func secondNodeOfARackIsRefused(isMaintenance: Bool) throws {
        var world = try World()
        if isMaintenance {
            world.maintenance = [World.name(2)]
            let others = (world.snapshot.cluster.nodes?.value ?? []).filter { $0.name != World.name(2) }
            world.snapshot.cluster.nodes = world.seen(others)
        } else {
            world.setCordoned(2, true)
        }
        #expect(world.plan(.drain).standing.map(\.kind) == [.rackOccupied])
        #expect(world.plan(.drain, 4).isAllowed)
        world.overrides = [.rackOccupied]
        #expect(world.plan(.drain).isAllowed)
        #expect(world.plan(.drain).text.contains("overridden"))
    }

    @Test func oldFactsBlockUntilOverridden() throws {
        var world = try World()
        world.pass(40)
        #expect(world.plan(.drain).standing.map(\.kind) == [.staleData])
        world.overrides = [.staleData, .unknownNode]
        #expect(world.plan(.drain).isAllowed)
    }

    @Test func unreadPodsBlock() throws {
        var world = try World()
        world.snapshot.cluster.pods = nil
        #expect(world.plan(.drain).standing.map(\.kind) == [.staleData])
        #expect(world.plan(.drain).text.contains("pods of the node not read"))
    }

    @Test func podsOfAnotherNodeAreNotThisNodesPods() throws {
        var world = try World()
        let command = "kubectl get pods -A --field-selector spec.nodeName="
        for (asked, isAllowed) in [("node-1", true), ("node-2", false), ("node-10", false)] {
            world.snapshot.cluster.pods = Observed(
                [pod("web-1")], Provenance(source: .kubernetes, command: command + asked + " -o json", at: world.now))
            #expect(world.plan(.drain).isAllowed == isAllowed)
        }
    }

    @Test func unknownNodeCannotBeOverridden() throws {
        var world = try World()
        world.overrides = Set(Blocker.Kind.allCases)
        let plan = Plan(.drain, of: NodeName("node-9"), in: world.context)
        #expect(plan.standing.map(\.kind) == [.unknownNode])
    }

    @Test func downSessionsOfTheRackAreWarnings() throws {
        var world = try World()
        try world.setSession(3, 1, .down)
        let plan = world.plan(.drain)
        #expect(plan.isAllowed)
        #expect(plan.warnings.contains { $0.text.hasPrefix("the session of node-3 with leaf 102 is down") })
        #expect(plan.text.contains("other nodes of the rack: 3 of 4 sessions up"))
    }

    @Test func emptySnapshotStillGivesAPlan() {
        let inventory = Inventory()
        let context = PlanContext(
            snapshot: Snapshot(inventory: inventory, at: World.start), picture: Picture(at: World.start),
            now: World.start)
        for kind in OperationKind.allCases {
            let plan = Plan(kind, of: NodeName("node-1"), in: context)
            #expect(!plan.isAllowed)
            #expect(!plan.lines.isEmpty)
        }
    }

    @Test func digestFollowsTheWords() throws {
        var world = try World()
        let digest = world.plan(.drain).digest
        #expect(digest.count == 16)
        #expect(world.plan(.drain).digest == digest)
        world.options = DrainOptions(timeoutSeconds: 60)
        #expect(world.plan(.drain).digest != digest)
    }
}
