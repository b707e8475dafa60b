import Fabric
import Foundation
import Simulator

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

    /// Another node of the rack that may be drained too; nil where there is none.
    static func drainable(beside plan: Topology.NodePlan) throws -> Topology.NodePlan? {
        try topology.nodes.last { other in
            guard other.rack == plan.rack, other.name != plan.name else { return false }
            return try !Witness.pods(on: other.name.text).contains { $0.name.hasPrefix("redis-leader") }
        }
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
