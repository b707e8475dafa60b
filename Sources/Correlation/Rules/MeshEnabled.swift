import Fabric
import FoundationEssentials

/// Calico's node-to-node mesh is on: every node peers with every other node. The design switches it
/// off, since nodes shall talk to their leaves alone; mesh paths inflate what leaves receive.
///
/// Detected by peers of the mesh on a node, by the default BGPConfiguration, or by its absence:
/// Calico's own default is on. What nodes pass on from the mesh and leaves reject follows from it and is
/// counted here.
///
/// What to do: set nodeToNodeMeshEnabled to false in the BGPConfiguration named default.
enum MeshEnabled: FindingRule {
    static let id: RuleID = "mesh-enabled"
    static let explanation = """
        Calico's node-to-node mesh is on: every node peers with every other node. The design switches it
        off, since nodes shall talk to their leaves alone; mesh paths inflate what leaves receive.

        Detected by peers of the mesh on a node, by the default BGPConfiguration, or by its absence:
        Calico's own default is on. What nodes pass on from the mesh and leaves reject follows from it and is
        counted here.

        What to do: set nodeToNodeMeshEnabled to false in the BGPConfiguration named default.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        let nodes = context.facts.nodes.filter { !$0.value.meshPeers.isEmpty }.keys.sorted()
        let configuration = context.snapshot.cluster.bgpConfiguration
        var evidence = nodes.prefix(3).flatMap { name -> [EvidenceLine] in
            guard let node = context.facts.nodes[name], let provenance = node.provenance else { return [] }
            return [EvidenceLine(provenance, excerpt: "mesh peers: \(listed(node.meshPeers.map(\.words), limit: 2))")]
        }
        var causes: [String] = []
        if let configuration, let value = configuration.value {
            if value.isMeshEnabled {
                causes.append("nodeToNodeMeshEnabled is true in the default BGPConfiguration")
                evidence.append(EvidenceLine(configuration.provenance, excerpt: "nodeToNodeMeshEnabled: true"))
            }
        } else if let configuration {
            causes.append("there is no default BGPConfiguration, and Calico's own default is on")
            evidence.append(EvidenceLine(configuration.provenance, excerpt: "no BGPConfiguration named default"))
        }
        guard !nodes.isEmpty || !causes.isEmpty else { return [] }
        if !nodes.isEmpty {
            causes.append("\(counted(nodes.count, "node peers", "nodes peer")) with other nodes: \(listed(nodes))")
        }
        if let copies = copies(context) { causes.append(copies) }
        return [
            Finding(
                rule: id, severity: .warning, subject: Subject(), since: nil,
                summary: "Calico's node-to-node mesh is on", cause: causes.joined(separator: "; "), evidence: evidence,
                remedy: "set nodeToNodeMeshEnabled to false in the BGPConfiguration named default")
        ]
    }

    /// What nodes pass on from the mesh, and what the leaves make of it.
    private static func copies(_ context: RuleContext) -> String? {
        let rejected = context.picture.ledger.entries(with: .denied).count { $0.rule == id }
        let isPassedOn = context.facts.nodes.values.contains { node in
            node.exports.values.contains { $0.value.contains(where: \.isFromMesh) }
        }
        if rejected > 0 {
            return "nodes pass on to their leaves what the mesh tells them; the leaves reject "
                + "\(counted(rejected, "such path", "such paths")) (their AS path holds more than the node's own AS)"
        }
        return isPassedOn
            ? "nodes pass on to their leaves what the mesh tells them, which the leaves reject or accept as extra paths"
            : nil
    }
}
