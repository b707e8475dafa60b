import Fabric

extension LivePlanWork {
    /// The plan file; with `isExplicit` every node has its own numbers.
    func text(isExplicit: Bool) -> String {
        (head + tail).joined(separator: "\n") + "\nracks:\n" + racks.map { text(of: $0, isExplicit) }.joined()
    }

    private var head: [String] {
        let vrf = (facts.inventory.vrf ?? "").split(separator: ":").map(String.init)
        let l3out = facts.l3outs?.first
        let names = (tenant: vrf.count == 2 ? vrf[0] : l3out?.tenant, vrf: vrf.count == 2 ? vrf[1] : l3out?.vrf)
        var lines: [String] = []
        if variant != .asPerServer { lines.append("variant: \(variant.rawValue)") }
        lines.append("tenant: \(names.tenant ?? "TENANT")")
        lines.append("vrf: \(names.vrf ?? "VRF")")
        if let name = racks.lazy.compactMap({ l3outOfRack[$0.name] }).first { lines.append("l3out: \(name)") }
        if let domain = l3out?.domain { lines.append("domain: \(domain)") }
        if let release = facts.release { lines.append("release: \(CalicoYAML.quoted(release))") }
        if facts.capacity.limits.profile != .dualStack {
            lines.append("profile: \(facts.capacity.limits.profile.rawValue)")
        }
        if let fabricAS { lines.append("fabric_as: \(fabricAS)") }
        if variant == .singleAS, let asn = facts.nodes.lazy.compactMap(\.asn).first {
            lines.append("cluster_as: \(asn)")
        }
        if let supernet { lines.append("supernet: \(CalicoYAML.quoted(supernet.description))") }
        return lines
    }

    private var tail: [String] {
        var lines: [String] = []
        let vlans = nodes.values.joined().compactMap(\.vlan)
        if let first = vlans.min(), let last = vlans.max() {
            lines.append("vlans: \(first)-\(max(last, PlanExpansion.defaultVLANs.upperBound))")
        }
        if !podSubnets.isEmpty { lines.append("pod_subnets: \(list(podSubnets))") }
        if !serviceSubnets.isEmpty { lines.append("service_subnets: \(list(serviceSubnets))") }
        let sizes = (facts.snapshot.cluster.pools?.value ?? []).filter { $0.cidr.family == .ipv4 }.map(\.blockSize)
        if let size = sizes.first, size != 26 { lines.append("block_size: \(size)") }
        if let mtu, mtu != 9000 { lines.append("mtu: \(mtu)") }
        if let pathPrefix, pathPrefix != "PG-" { lines.append("path_prefix: \(CalicoYAML.quoted(pathPrefix))") }
        let contracts = contracts
        if !contracts.inside.isEmpty || !contracts.outside.isEmpty {
            let parts = [("inside", contracts.inside), ("outside", contracts.outside)].filter { !$0.1.isEmpty }
            lines.append(
                "contracts: {\(parts.map { "\($0.0): [\($0.1.joined(separator: ", "))]" }.joined(separator: ", "))}")
        }
        if let transit { lines.append("transit: {l3out: \(transit.l3out), epg: \(transit.externalEPG)}") }
        return lines
    }

    private func list(_ prefixes: [IPPrefix]) -> String {
        "[\(prefixes.map { CalicoYAML.quoted($0.description) }.joined(separator: ", "))]"
    }

    private func text(of rack: Rack, _ isExplicit: Bool) -> String {
        var lines = ["- name: \(CalicoYAML.quoted(rack.name))"]
        let showsFabricAS = variant == .singleAS && rack.asn == fabricAS
        if let asn = rack.asn, !showsFabricAS { lines.append("  as: \(asn)") }
        if pod(of: rack) != 1 { lines.append("  pod: \(pod(of: rack))") }
        let main = racks.lazy.compactMap { l3outOfRack[$0.name] }.first
        if let l3out = l3outOfRack[rack.name], l3out != main { lines.append("  l3out: \(l3out)") }
        let routerIDs = routerIDs
        lines.append("  leaves:")
        for id in rack.leaves {
            let name = facts.inventory.leaf(id)?.name ?? "leaf-\(id)"
            var fields = ["id: \(id)"]
            if name != "leaf-\(id)" { fields.append("name: \(CalicoYAML.quoted(name))") }
            if let routerID = routerIDs[id] { fields.append("router_id: \(routerID)") }
            lines.append("  - {\(fields.joined(separator: ", "))}")
        }
        let entries = nodes[rack.name] ?? []
        lines.append(entries.isEmpty ? "  nodes: []" : "  nodes:")
        lines += entries.map { "  - \(text(of: $0, isExplicit))" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of entry: Entry, _ isExplicit: Bool) -> String {
        let name = CalicoYAML.quoted(entry.node.name.text)
        let ownPath = pathPrefix == nil ? entry.path : nil
        guard isExplicit || ownPath != nil else { return name }
        var fields = ["name: \(name)"]
        if isExplicit {
            if let address = entry.node.address { fields.append("address: \(CalicoYAML.quoted(address.description))") }
            if let asn = entry.node.asn, variant == .asPerServer { fields.append("as: \(asn)") }
            if let vlan = entry.vlan, variant.rules.attachment == .sviPerNode { fields.append("vlan: \(vlan)") }
        }
        if let ownPath { fields.append("path: \(CalicoYAML.quoted(ownPath))") }
        return "{\(fields.joined(separator: ", "))}"
    }
}
