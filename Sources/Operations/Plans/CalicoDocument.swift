import Design
import Fabric

/// Calico resources as the YAML that `calicoctl apply -f -` reads.
enum CalicoDocument {
    static func text(_ resources: [String]) -> String { CalicoYAML.text(resources) }

    static func peer(_ peer: CalicoPeer) -> String { CalicoYAML.peer(peer) }

    /// A Node with another AS; nil where what Kubernetes told does not suffice to write all of it again.
    static func node(_ node: KubernetesNode, asn: ASN?) -> String? {
        guard let address = node.calicoAddress, let length = node.calicoPrefixLength, !node.labels.isEmpty else {
            return nil
        }
        let family = address.family == .ipv4 ? "ipv4Address" : "ipv6Address"
        var lines = [
            "apiVersion: projectcalico.org/v3", "kind: Node", "metadata:", "  name: \(quoted(node.name.text))",
            "  labels:",
        ]
        lines += node.labels.sorted { $0.key < $1.key }.map { "    \(quoted($0.key)): \(quoted($0.value))" }
        lines += ["spec:", "  addresses:"]
        lines += ["  - address: \(quoted("\(address)/\(length)"))", "    type: CalicoNodeIP"]
        if let internalIP = node.internalIP {
            lines += ["  - address: \(quoted(internalIP.description))", "    type: InternalIP"]
        }
        lines.append("  bgp:")
        if let asn { lines.append("    asNumber: \(asn)") }
        lines.append("    \(family): \(quoted("\(address)/\(length)"))")
        lines += ["  orchRefs:", "  - nodeName: \(quoted(node.name.text))", "    orchestrator: k8s"]
        return lines.joined(separator: "\n") + "\n"
    }

    static func quoted(_ text: String) -> String { CalicoYAML.quoted(text) }
}
