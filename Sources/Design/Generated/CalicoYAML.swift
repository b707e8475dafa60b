public import Fabric

/// Calico resources as the YAML that `calicoctl apply -f -` reads.
///
/// Every text stands in double quotes with JSON's escapes, which YAML 1.2 reads as they are meant; so no name can
/// become a number, a flag or another key.
public enum CalicoYAML {
    /// Several resources as one stream.
    public static func text(_ resources: [String]) -> String { resources.joined(separator: "---\n") }

    /// A BGPPeer (paper, Calico step 3); with its version, one that was changed meanwhile is not replaced.
    public static func peer(_ peer: CalicoPeer) -> String {
        var lines = [
            "apiVersion: projectcalico.org/v3", "kind: BGPPeer", "metadata:", "  name: \(quoted(peer.name))",
        ]
        if let version = peer.version { lines.append("  resourceVersion: \(quoted(version))") }
        lines.append("spec:")
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

    /// An IPPool (paper, Calico step 1).
    public static func pool(_ pool: CalicoIPPool) -> String {
        [
            "apiVersion: projectcalico.org/v3", "kind: IPPool", "metadata:", "  name: \(quoted(pool.name))", "spec:",
            "  blockSize: \(pool.blockSize)", "  cidr: \(quoted(pool.cidr.description))",
            "  ipipMode: \(pool.ipipMode)", "  vxlanMode: \(pool.vxlanMode)", "  natOutgoing: \(pool.isNATOutgoing)",
            "  nodeSelector: \(quoted(pool.nodeSelector))",
        ].joined(separator: "\n") + "\n"
    }

    /// The default BGPConfiguration (paper, Calico steps 2 and 7).
    public static func configuration(_ configuration: CalicoBGPConfiguration) -> String {
        var lines = [
            "apiVersion: projectcalico.org/v3", "kind: BGPConfiguration", "metadata:", "  name: \"default\"", "spec:",
            "  logSeverityScreen: Info", "  nodeToNodeMeshEnabled: \(configuration.isMeshEnabled)",
        ]
        if let asn = configuration.asn { lines.append("  asNumber: \(asn)") }
        let lists = [
            ("serviceClusterIPs", configuration.serviceClusterIPs),
            ("serviceExternalIPs", configuration.serviceExternalIPs),
            ("serviceLoadBalancerIPs", configuration.serviceLoadBalancerIPs),
        ]
        for (name, prefixes) in lists where !prefixes.isEmpty {
            lines.append("  \(name):")
            lines += prefixes.map { "  - cidr: \(quoted($0.description))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A Node with address and AS (paper, Calico step 3).
    public static func node(_ name: NodeName, address: IPAddress, length: Int, asn: ASN?) -> String {
        var lines = [
            "apiVersion: projectcalico.org/v3", "kind: Node", "metadata:", "  name: \(quoted(name.text))", "spec:",
            "  bgp:",
        ]
        if let asn { lines.append("    asNumber: \(asn)") }
        let family = address.family == .ipv4 ? "ipv4Address" : "ipv6Address"
        lines.append("    \(family): \(quoted("\(address)/\(length)"))")
        lines += ["  orchRefs:", "  - nodeName: \(quoted(name.text))", "    orchestrator: k8s"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text in double quotes.
    public static func quoted(_ text: String) -> String {
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
