import Fabric
import Foundation
import Simulator
import Testing

/// Drain, restore and push against real BIRD, FRR and Kubernetes, and the simulated APIC bound to FRR; by batch commands
/// and with exactly the rights that the console says it needs.
@Suite(.serialized, .enabled(if: Lab.hasCluster, "it needs a lab with Kubernetes"), .timeLimit(.minutes(30)))
struct OperationsLabTests {
    private let plan: Topology.NodePlan
    private var node: String { plan.name.text }
    private var leaf: Int { Lab.topology.rack(plan.rack)?.leaves.last?.number ?? 0 }

    init() throws {
        try Lab.startControllers()
        try Operations.putBack()
        plan = try Lab.drainable()
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
    }

    /// Runs a body as a console with a home folder of its own; what it leaves behind is put back.
    private func withOperations(_ body: (Operations) throws -> Void) throws {
        let operations = try Operations()
        defer {
            _ = try? operations.run("restore", node)
            _ = try? Lab.isHealthy()
            operations.end()
        }
        try body(operations)
    }

    private func expectInService() throws {
        let isBack = try Lab.eventually(20) { try NodeTruth(plan).isInService }
        let truth = try NodeTruth(plan)
        #expect(isBack, "\(truth)")
    }

    private func kubectl(_ arguments: String...) throws {
        let child = try Witness.kubectl(arguments)
        if child.status != 0 { throw LabFailure(text: child.errors) }
    }

    // MARK: Drain

    @Test(.turn(0)) func aDrainedNodeIsOutOfEveryTableAndComesBack() throws {
        try withOperations { operations in
            let drained = try operations.run("drain", node)
            #expect(drained.status == 0, "\(drained.text)")
            let truth = try NodeTruth(plan)
            #expect(truth.isInMaintenance, "\(truth)")
            #expect(truth.leafStates.allSatisfy { $0 == "Shut (Admin)" } && !truth.isHeldByLabel, "\(truth)")
            let again = try operations.run("drain", node)
            #expect(again.status == 0 && again.blockers == ["nothing-to-do"], "\(again.text)")
            let alarms = try Lab.rows("findings").filter {
                $0["node"] as? String == node && $0["severity"] as? String != "note"
            }
            #expect(alarms.isEmpty, "alarms of a node in maintenance: \(alarms)")
            let restored = try operations.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            #expect(restored.text.contains("leaf \(leaf) has all that the node sends"), "\(restored.text)")
            #expect(restored.reason.contains("its ledger is as before the drain"), "\(restored)")
            try expectInService()
        }
    }

    /// What was drained by one console is restored by another, on a machine without its journal.
    @Test(.turn(1)) func anotherConsoleRestores() throws {
        try withOperations { operations in
            let drained = try operations.run("drain", node)
            #expect(drained.status == 0, "\(drained.text)")
            let other = try Operations()
            defer { other.end() }
            let restored = try other.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            try expectInService()
        }
    }

    /// A budget that allows nothing is named, before and while it blocks; so are two.
    @Test(.turn(0), arguments: [1, 2]) func aBudgetBlocks(count: Int) throws {
        let budgets = try Lab.budgets(on: node).prefix(count)
        try #require(budgets.count == count, "too few budgets on \(node)")
        for budget in budgets {
            try kubectl(
                "patch", "pdb", budget.name, "-n", budget.namespace, "-p", #"{"spec":{"minAvailable":"100%"}}"#,
                "--type=merge")
        }
        defer {
            for budget in budgets {
                let spec = #"{"spec":{"minAvailable":\#(budget.minimum)}}"#
                try? kubectl("patch", "pdb", budget.name, "-n", budget.namespace, "-p", spec, "--type=merge")
            }
        }
        try withOperations { operations in
            let blocked = try operations.run("drain", node, ["--timeout", "8s"])
            #expect(blocked.status == 2 && blocked.outcome == "failed", "\(blocked.text)")
            for budget in budgets {
                #expect(blocked.warnings.contains { $0.contains(budget.name) }, "\(blocked.warnings)")
                #expect(blocked.reason.contains("\(budget.namespace)/\(budget.name)"), "\(blocked)")
            }
            #expect(blocked.remains.contains("cordoned") && blocked.undo == "restore \(node)", "\(blocked)")
            let truth = try NodeTruth(plan)
            #expect(truth.mark == "stopped" && truth.services == 0 && truth.leases.isEmpty, "\(truth)")
            let restored = try operations.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            try expectInService()
        }
    }

    /// Two budgets for the same pod: the API server refuses to evict it, and says so.
    @Test(.turn(1)) func twoBudgetsOfOnePodAreTold() throws {
        let budget = try #require(try Lab.budgets(on: node).first)
        let labels = budget.labels.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ",")
        try kubectl(
            "create", "pdb", "second", "-n", budget.namespace, "--selector=\(labels)", "--min-available=0")
        defer { try? kubectl("delete", "pdb", "second", "-n", budget.namespace) }
        try withOperations { operations in
            let blocked = try operations.run("drain", node, ["--timeout", "8s"])
            #expect(blocked.status == 2, "\(blocked.text)")
            #expect(blocked.reason.contains("\(budget.namespace)/second"), "\(blocked)")
            #expect(blocked.warnings.contains { $0.contains("more than one") }, "\(blocked.warnings)")
            let restored = try operations.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            try expectInService()
        }
    }

    @Test(.turn(1)) func aDrainBesideALeafThatIsDownIsRefusedUnlessOverridden() throws {
        try Lab.fault("one-leaf-down", "\(leaf)")
        defer {
            try? Lab.fault("one-leaf-down", "\(leaf)", undo: true)
            _ = try? Lab.isHealthy()
        }
        try withOperations { operations in
            let refused = try operations.run("drain", node)
            #expect(refused.status == 1 && refused.blockers.contains("leaf-down"), "\(refused.text)")
            let untouched = try NodeTruth(plan)
            #expect(!untouched.isCordoned && !untouched.isExcluded && untouched.mark == nil, "\(untouched)")
            let drained = try operations.run("drain", node, ["--override", "leaf-down"])
            #expect(drained.status == 0, "\(drained.text)")
            let truth = try NodeTruth(plan)
            #expect(truth.mark == "maintenance" && truth.prefixes == 0, "\(truth)")
            try Lab.fault("one-leaf-down", "\(leaf)", undo: true)
            let restored = try operations.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            try expectInService()
        }
    }

    @Test(.turn(1), arguments: ["read-only", "none"]) func aMissingRightIsNamedBeforeAnythingIsDone(rights: String)
        throws
    {
        try withOperations { operations in
            var poor = operations
            poor.rights = rights
            let refused = try poor.run("drain", node)
            #expect(refused.status == 1, "\(refused.text)")
            #expect(refused.reason.contains("may not") || rights == "none", "\(refused)")
            let truth = try NodeTruth(plan)
            #expect(truth.isInService, "\(truth)")
        }
    }

    /// The API server dies while pods are evicted: the operation waits for it and comes to its end.
    @Test(.turn(2)) func anAPIServerThatDiesInTheMiddleIsWaitedFor() throws {
        try withOperations { operations in
            let lines = operations.journal.count
            let back = DispatchSemaphore(value: 0)
            let breaker = Thread {
                defer { back.signal() }
                _ = Lab.eventually(120) {
                    operations.journal.dropFirst(lines).contains {
                        $0["step"] as? String == "cordon" && $0["phase"] as? String == "done"
                    }
                }
                try? Lab.fault("api-down", nil)
                sleep(12)
                try? Lab.fault("api-down", nil, undo: true)
            }
            breaker.start()
            let drained = try operations.run("drain", node)
            back.wait()
            #expect(drained.status == 0, "\(drained.text)")
            #expect(operations.journal.contains { $0["phase"] as? String == "paused" }, "it never paused")
            let truth = try NodeTruth(plan)
            #expect(truth.isInMaintenance, "\(truth)")
            let restored = try operations.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            try expectInService()
        }
    }

    // MARK: Push

    @Test(.turn(2), arguments: ["wrong-leaf-as", "wrong-peer-address", "peer-missing"])
    func aPushMends(fault: String) throws {
        let target = "\(node)/\(leaf)"
        try Lab.fault(fault, target)
        defer {
            try? Lab.fault(fault, target, undo: true)
            _ = try? Lab.isHealthy()
        }
        let isLost = try Lab.eventually(20) {
            try Witness.sessions(of: node).contains { $0.leaf == leaf && $0.leafState != "Established" }
        }
        #expect(isLost)
        try withOperations { operations in
            let pushed = try operations.run("push", node)
            #expect(pushed.status == 0, "\(pushed.text)")
            let isHealthy = try Lab.isHealthy()
            #expect(isHealthy, "the session is not back")
            let truth = try NodeTruth(plan)
            #expect(truth.isInService, "\(truth)")
        }
    }

    /// What an administrator changed on the controllers: the AS that the leaves expect, or the peer switched off.
    @Test(.turn(2), arguments: ["asn", "adminSt"]) func aPushMendsAChangedPeerProfile(what: String) throws {
        let door = try Door()
        let name = try #require(try door.peer(of: plan))
        defer {
            try? door.post(name, ["adminSt": "enabled"], asn: plan.asn.description)
            _ = try? Lab.isHealthy()
        }
        try door.post(name, ["adminSt": what == "adminSt" ? "disabled" : "enabled"], asn: what == "asn" ? "65999" : nil)
        let isLost = try Lab.eventually(20) {
            try Witness.sessions(of: node).allSatisfy { $0.leafState != "Established" }
        }
        #expect(isLost)
        try withOperations { operations in
            let dry = try operations.run("push", node, ["--dry-run"])
            #expect(dry.status == 0 && dry.text.contains("POST /api/mo/\(name).json"), "\(dry.text)")
            let untouched = try Witness.sessions(of: node)
            #expect(untouched.allSatisfy { $0.leafState != "Established" })
            let pushed = try operations.run("push", node)
            #expect(pushed.status == 0, "\(pushed.text)")
            #expect(pushed.text.contains("the controllers show what was posted"), "\(pushed.text)")
            try expectInService()
        }
    }

    @Test(.turn(0)) func aPushWithoutADifferenceDoesNothing() throws {
        try withOperations { operations in
            let pushed = try operations.run("push", node)
            #expect(pushed.status == 0 && pushed.blockers == ["nothing-to-do"], "\(pushed.text)")
            let truth = try NodeTruth(plan)
            #expect(truth.isInService, "\(truth)")
        }
    }
}
