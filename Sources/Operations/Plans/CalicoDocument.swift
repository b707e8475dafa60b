import Fabric

/// Calico resources as the YAML that `calicoctl apply -f -` reads.
///
/// Every text from outside stands in double quotes with JSON's escapes, which YAML 1.2 reads as they are meant; so no
/// name can become a number, a flag or another key.
enum CalicoDocument {
    static func text(_ resources: [String]) -> String { resources.joined(separator: "---\n") }

    static func peer(_ peer: CalicoPeer) -> String {
        var lines = [
            "apiVersion: projectcalico.org/v3", "kind: BGPPeer", "metadata:", "  name: \(quoted(peer.name))", "spec:",
        ]
        if let node = peer.node { lines.append("  node: \(quoted(node.text))") }
        if let selector = peer.nodeSelector { lines.append("  nodeSelector: \(quoted(selector))") }
        lines.append("  peerIP: \(quoted(address(peer)))")
        lines.append("  asNumber: \(peer.asn)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func address(_ peer: CalicoPeer) -> String {
        guard let port = peer.port else { return peer.peerIP.description }
        return peer.peerIP.family == .ipv4 ? "\(peer.peerIP):\(port)" : "[\(peer.peerIP)]:\(port)"
    }

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

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default:
                if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028
                    || scalar.value == 0x2029
                {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
