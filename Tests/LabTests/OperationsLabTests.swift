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

    @Test func aDrainedNodeIsOutOfEveryTableAndComesBack() throws {
        try withOperations { operations in
            let drained = try operations.run("drain", node)
            #expect(drained.status == 0, "\(drained.text)")
            let truth = try NodeTruth(plan)
            #expect(truth.isInMaintenance, "\(truth)")
            let again = try operations.run("drain", node)
            #expect(again.status == 0 && again.blockers == ["nothing-to-do"], "\(again.text)")
            let alarms = try Lab.rows("findings").filter {
                $0["node"] as? String == node && $0["severity"] as? String != "note"
            }
            #expect(alarms.isEmpty, "alarms of a node in maintenance: \(alarms)")
            let restored = try operations.run("restore", node)
            #expect(restored.status == 0, "\(restored.text)")
            try expectInService()
        }
    }

    /// What was drained by one console is restored by another, on a machine without its journal.
    @Test func anotherConsoleRestores() throws {
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
    @Test(arguments: [1, 2]) func aBudgetBlocks(count: Int) throws {
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
    @Test func twoBudgetsOfOnePodAreTold() throws {
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

    @Test func aDrainBesideALeafThatIsDownIsRefusedUnlessOverridden() throws {
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

    @Test(arguments: ["read-only", "none"]) func aMissingRightIsNamedBeforeAnythingIsDone(rights: String) throws {
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
    @Test func anAPIServerThatDiesInTheMiddleIsWaitedFor() throws {
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

    @Test(arguments: ["wrong-leaf-as", "wrong-peer-address", "peer-missing"])
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

    @Test func aPushWithoutADifferenceDoesNothing() throws {
        try withOperations { operations in
            let pushed = try operations.run("push", node)
            #expect(pushed.status == 0 && pushed.blockers == ["nothing-to-do"], "\(pushed.text)")
            let truth = try NodeTruth(plan)
            #expect(truth.isInService, "\(truth)")
        }
    }
}

/// A budget in the lab's cluster.
struct LabBudget {
    var namespace: String
    var name: String
    var minimum: Int
    var labels: [String: String]
}

extension Lab {
    /// The simulated controllers over FRR, started where they do not run.
    static func startControllers() throws { _ = try controllers.get() }

    private static let controllers = Result { try command("controller", [name, "--program", program]) }

    /// The last node of whose pods every budget allows one to go, with pods of two budgets.
    static func drainable() throws -> Topology.NodePlan {
        for _ in 0..<4 {
            if let plan = try spreadNode() { return plan }
            try spread()
        }
        throw LabFailure(text: "every node has a pod that may not go, or too few others")
    }

    /// Starts the pods of deployments anew, so that no node is left out after a drain.
    private static func spread() throws {
        let deployments = try Witness.kubernetes("deployments").compactMap { item -> (String, String, Int)? in
            let metadata = item["metadata"] as? [String: Any] ?? [:]
            guard let name = metadata["name"] as? String, ["frontend", "gateway", "coredns"].contains(name),
                let namespace = metadata["namespace"] as? String,
                let count = (item["spec"] as? [String: Any])?["replicas"] as? Int
            else { return nil }
            return (namespace, name, count)
        }
        for (namespace, name, _) in deployments {
            _ = try Witness.kubectl(["scale", "deployment", name, "-n", namespace, "--replicas=0"])
        }
        for (namespace, name, _) in deployments {
            _ = try Witness.kubectl(["rollout", "status", "deployment", name, "-n", namespace, "--timeout=20s"])
        }
        sleep(3)
        for (namespace, name, count) in deployments {
            _ = try Witness.kubectl(["scale", "deployment", name, "-n", namespace, "--replicas=\(count)"])
        }
        for (namespace, name, _) in deployments {
            _ = try Witness.kubectl(["rollout", "status", "deployment", name, "-n", namespace, "--timeout=20s"])
        }
    }

    private static func spreadNode() throws -> Topology.NodePlan? {
        for plan in topology.nodes.reversed() {
            let names = try Witness.pods(on: plan.name.text).compactMap { $0.name }
            let isTaken = names.contains { $0.hasPrefix("redis-leader") }
            if !isTaken, names.contains(where: { $0.hasPrefix("frontend") }), try budgets(on: plan.name.text).count > 1
            {
                return plan
            }
        }
        return nil
    }

    /// Budgets of pods that run on a node.
    static func budgets(on node: String) throws -> [LabBudget] {
        let pods = try Witness.pods(on: node)
        return try Witness.kubernetes("poddisruptionbudgets").compactMap { item in
            let metadata = item["metadata"] as? [String: Any] ?? [:]
            let spec = item["spec"] as? [String: Any] ?? [:]
            let labels = (spec["selector"] as? [String: Any])?["matchLabels"] as? [String: String] ?? [:]
            guard let name = metadata["name"] as? String, let namespace = metadata["namespace"] as? String,
                let minimum = spec["minAvailable"] as? Int,
                pods.contains(where: { pod in
                    pod.namespace == namespace && labels.allSatisfy { pod.labels[$0.key] == $0.value }
                })
            else { return nil }
            return LabBudget(namespace: namespace, name: name, minimum: minimum, labels: labels)
        }
    }
}

extension Witness {
    /// A pod as Kubernetes tells it.
    struct Pod {
        var namespace: String
        var name: String
        var labels: [String: String]
    }

    /// The pods on a node.
    static func pods(on node: String) throws -> [Pod] {
        try kubernetes("pods").compactMap { item in
            guard (item["spec"] as? [String: Any])?["nodeName"] as? String == node,
                let metadata = item["metadata"] as? [String: Any], let name = metadata["name"] as? String
            else { return nil }
            return Pod(
                namespace: metadata["namespace"] as? String ?? "", name: name,
                labels: metadata["labels"] as? [String: String] ?? [:])
        }
    }

    /// Kubernetes' own client, with every right.
    static func kubectl(_ arguments: [String]) throws -> Child {
        let programs = Lab.state["programs"] as? String ?? ""
        let access = ["--kubeconfig", Lab.folder.appending(path: "kubeconfig.admin").path]
        return try Child.run(programs + "/kubectl", access + arguments)
    }
}
