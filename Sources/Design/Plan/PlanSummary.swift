import Fabric

extension FabricLayout {
    /// The layout as text for people: what each rack, leaf and node gets, and the steps on both sides.
    public var summary: String {
        var lines = [
            "variant \(variant.rawValue): \(variant.rules.summary) (\(variant.rules.source))",
            "tenant \(tenant), VRF \(vrf), L3Out \(l3outs.joined(separator: ", ")), external routed domain \(domain)",
            "pods \(words(podSubnets)), blocks of /\(blockSize); services \(words(serviceSubnets))",
            "MTU \(mtu), keepalive \(FabricLayout.keepalive) s, hold \(FabricLayout.hold) s, "
                + "maximum AS limit \(variant.rules.maximumASLimit), "
                + "\(variant.rules.peerControls.joined(separator: ", "))",
        ]
        for rack in racks {
            let leaves = rack.leaves.map { "\($0.name) (\($0.id), router id \($0.routerID))" }
            lines += ["", "rack \(rack.name): AS \(rack.asn), \(leaves.joined(separator: ", "))"]
            lines += table(rack)
        }
        lines += ["", "what the variant means for what the console expects:"]
        lines += variant.rules.correlation.map { "  - \($0)" }
        lines += ["", "on the APIC:", ""]
        let calico = CalicoConfiguration(self)
        return lines.joined(separator: "\n") + "\n" + APICConfigurationPosts(self).steps + "\non the cluster:\n\n"
            + "Calico steps 1 to 4: calicoctl apply -f - < the output of --emit calico\n"
            + (variant.rules.hasDynamicNeighbors ? labels : "")
            + (calico.environmentPatch.map { "Calico step 7, for releases before v3.10:\n    \($0)\n" } ?? "")
    }

    private var labels: String {
        racks.flatMap { rack in
            rack.nodes.map { "    kubectl label node \($0.name) \(IntendedPeers.rackLabel)=\(rack.name)\n" }
        }.joined()
    }

    private func words(_ prefixes: [IPPrefix]) -> String {
        prefixes.isEmpty ? "none" : prefixes.map(\.description).joined(separator: ", ")
    }

    private func table(_ rack: Rack) -> [String] {
        let heads = ["NODE", "AS", "ADDRESS", "LEAF A", "LEAF B", "GATEWAY", "VLAN", "VPC"]
        let rows = rack.nodes.map { node in
            [
                node.name.text, node.asn.description, "\(node.address)/\(node.subnet.length)",
                node.leafAddresses.first?.description ?? "-", node.leafAddresses.dropFirst().first?.description ?? "-",
                node.gateway.description, "\(node.vlan)", variant.rules.attachment == .sviPerNode ? node.path : "-",
            ]
        }
        let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
        return ([heads] + rows).map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                line += "  " + text
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - text.count) }
            }
            return line
        }
    }
}
