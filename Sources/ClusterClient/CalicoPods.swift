import Children
import Fabric

/// Remembers the name of each node's `calico-node` pod.
actor CalicoPods {
    private let kubectl: Kubectl
    private var names: [NodeName: String] = [:]

    init(_ kubectl: Kubectl) { self.kubectl = kubectl }

    /// The pod of a node, looked for by Calico's label where it is not known.
    func pod(of node: NodeName) async throws(SourceError) -> String {
        if let name = names[node] { return name }
        let operation = "find the calico-node pod"
        let checked = try NodeGrammar.checked(node, source: .node(node), operation: operation)
        let output = try await kubectl.read(
            [
                "get", "pods", "-n", kubectl.configuration.calicoNamespace, "-l", "k8s-app=calico-node",
                "--field-selector", "spec.nodeName=\(checked)", "-o", "name",
            ], source: .node(node), timeout: kubectl.configuration.nodeTimeout)
        let first = output.split(separator: 0x0a).first.map { Sanitised.line($0) } ?? ""
        let name = first.split(separator: "/").last.map(String.init) ?? ""
        guard NodeGrammar.isName(NodeName(name)) else {
            throw SourceError(
                kind: .notFound, source: .node(node), operation: operation,
                cause: "no calico-node pod runs there in the namespace \(kubectl.configuration.calicoNamespace)",
                hint: "see `calicoNamespace` in the configuration: calico-system or kube-system")
        }
        names[node] = name
        return name
    }

    /// Forgets a pod that did not answer: the next look finds its successor.
    func forget(_ node: NodeName) { names[node] = nil }
}
