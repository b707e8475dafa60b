import Fabric

extension SimulatedFabric {
    /// Runs `calicoctl` away from a node: `get KIND [NAME] -o json|yaml`, `delete|patch bgppeer NAME`,
    /// `delete ippool NAME`, `version`. `apply` is ``applyCalico(_:)``, since its documents come on standard input.
    public mutating func calicoctl(_ arguments: [String]) -> CommandReply {
        let parsed = Arguments(
            arguments, takingValues: ["-o", "--output", "-p", "--patch", "-f", "--filename", "-c", "--config"])
        let kind = parsed.words.dropFirst().first?.lowercased() ?? ""
        let name = parsed.words.dropFirst(2).first
        switch parsed.words.first {
        case "get": return calicoGet(kind, name, parsed.value("-o", "--output"))
        case "delete" where kind.hasPrefix("bgppeer"):
            guard let name, cluster.deletePeer(name) else { return missing("delete", "BGPPeer", name ?? "") }
            return CommandReply(output: "Successfully deleted 1 'BGPPeer' resource\n")
        case "delete" where kind.hasPrefix("ippool"):
            guard let name, cluster.deletePool(name) else { return missing("delete", "IPPool", name ?? "") }
            return CommandReply(output: "Successfully deleted 1 'IPPool' resource\n")
        case "patch" where kind.hasPrefix("bgppeer"): return patchPeer(name ?? "", parsed.value("-p", "--patch"))
        case "version":
            let version = topology.calicoVersion
            return CommandReply(output: "Client Version:    \(version)\nCluster Version:   \(version)\n")
        case "node": return CommandReply(errors: "Calico process is not running.\n", status: 1)
        default:
            let line = (["calicoctl"] + arguments).joined(separator: " ")
            return CommandReply(
                errors: "Invalid option: '\(line)'. Use flag '--help' to read about a specific subcommand.\n", status: 1
            )
        }
    }

    private func missing(_ verb: String, _ kind: String, _ name: String) -> CommandReply {
        let text = "Failed to \(verb) resources: resource does not exist: \(kind)(\(name)) with error: not found\n"
        return CommandReply(errors: text, status: 1)
    }

    private func calicoGet(_ kind: String, _ name: String?, _ format: String?) -> CommandReply {
        let version = "projectcalico.org/v3"
        let (title, objects): (String, [JSONValue])
        switch kind {
        case "bgppeer", "bgppeers": (title, objects) = ("BGPPeer", peerObjects(version))
        case "node", "nodes": (title, objects) = ("Node", calicoNodeObjects())
        case "bgpconfig", "bgpconfiguration", "bgpconfigurations":
            (title, objects) = ("BGPConfiguration", bgpConfigurationObjects(version))
        case "ippool", "ippools": (title, objects) = ("IPPool", poolObjects(version))
        case "clusterinformation", "clusterinfo":
            (title, objects) = ("ClusterInformation", clusterInformationObjects(version))
        default:
            return CommandReply(
                errors: "Failed to get resources: resource type '\(kind)' is not supported\n", status: 1)
        }
        var value: JSONValue = [
            "apiVersion": .string(version), "kind": .string(title + "List"), "items": .array(objects), "metadata": [:],
        ]
        if let name {
            guard let found = objects.first(where: { JSONPath.name($0) == name }) else {
                return missing("get", title, name)
            }
            value = found
        }
        switch format {
        case "json": return CommandReply(output: value.json)
        case "yaml": return CommandReply(output: value.yaml)
        default: return CommandReply(output: table(title, objects))
        }
    }

    /// The tables of `calicoctl get`: every cell padded to its column and three blanks, an empty line at the end.
    private func table(_ title: String, _ objects: [JSONValue]) -> String {
        var rows = [title == "BGPPeer" ? ["NAME", "PEERIP", "NODE", "ASN"] : ["NAME"]]
        for object in objects {
            let name = JSONPath.name(object)
            guard title == "BGPPeer", let peer = cluster.peerResources[name] else {
                rows.append([name])
                continue
            }
            let node = peer.node?.text ?? peer.nodeSelector ?? "(global)"
            rows.append([name, peer.peerIP.description, node, peer.asn.description])
        }
        let widths = rows[0].indices.map { column in (rows.map { $0[column].utf8.count }.max() ?? 0) + 3 }
        return rows.map { zip($0, widths).map { $0.padded($1) }.joined() + "\n" }.joined() + "\n"
    }
}
