import Fabric

/// The text of a leaf's command line, with the banner that `fabric N` puts before it or without.
extension SimulatedFabric {
    /// The banner of `fabric N …`: 64 dashes, the node, 64 dashes.
    func banner(_ leaf: Topology.LeafPlan) -> String {
        let rule = String(repeating: "-", count: 64)
        return "\(rule)\n Node \(leaf.id) (\(leaf.name))\n\(rule)\n"
    }

    /// `show ip bgp summary vrf V`.
    func bgpSummary(_ leaf: Topology.LeafPlan) -> String {
        let rows = topology.nodes.filter { node in
            node.rack == leaf.rack && isKnown(SessionKey(node: node.name, leaf: leaf.id))
        }
        let version = leafStates[leaf.id]?.tableVersion ?? 1
        let (entries, pathCount) = tableCounts(leaf.id)
        var text = """
            BGP summary information for VRF \(topology.vrf), address family IPv4 Unicast
            BGP router identifier \(leaf.routerID), local AS number \(topology.fabricAS)
            BGP table version is \(version), IPv4 Unicast config peers \(rows.count), capable peers \(rows.filter { isUp($0, leaf) }.count)
            \(entries) network entries and \(pathCount) paths using \(entries * 112 + pathCount * 44) bytes of memory
            BGP attribute entries [\(rows.count + 6)/\((rows.count + 6) * 144)], BGP AS path entries [0/0]
            BGP community entries [0/0], BGP clusterlist entries [6/24]

            Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd

            """
        for node in rows { text += summaryRow(node, leaf, version) }
        if conditions.has(.wrongNeighborAddress) { text += strayRows(leaf) }
        return text
    }

    /// Whether the leaf has a neighbor for the node's own address.
    private func isKnown(_ key: SessionKey) -> Bool {
        !conditions.unknownToLeaf.contains(key) && !conditions.has(.wrongNeighborAddress, key)
            && configured[key]?.isPresent != false
    }

    /// Neighbors at addresses that no node has.
    private func strayRows(_ leaf: Topology.LeafPlan) -> String {
        topology.nodes.filter { conditions.has(.wrongNeighborAddress, SessionKey(node: $0.name, leaf: leaf.id)) }
            .compactMap { node in
                node.subnet.address(at: 2).map {
                    $0.description.padded(16) + "4 " + node.asn.description.rightAligned(5)
                        + "       0       0        0    0    0    never Idle\n"
                }
            }.joined()
    }

    private func isUp(_ node: Topology.NodePlan, _ leaf: Topology.LeafPlan) -> Bool {
        sessions[SessionKey(node: node.name, leaf: leaf.id)]?.leaf.state == .established
    }

    /// One neighbor: the address in 16 columns, an AS of more than five digits on a line of its own.
    private func summaryRow(_ node: Topology.NodePlan, _ leaf: Topology.LeafPlan, _ version: Int) -> String {
        let key = SessionKey(node: node.name, leaf: leaf.id)
        guard let end = sessions[key]?.leaf, let messages = sessions[key]?.messages(at: now) else { return "" }
        let isUp = end.state == .established
        let age = end.since.map { Uptime.text(now - $0) } ?? "never"
        let state = isUp ? String(end.paths.count) : stateWords(key, end)
        let asn = (configured[key]?.asn ?? node.asn).description
        let address = node.address.description
        var row = address.utf8.count > 15 ? address + "\n" + String(repeating: " ", count: 16) : address.padded(16)
        row += "4 " + asn.rightAligned(5)
        if asn.utf8.count > 5 { row += "\n" + String(repeating: " ", count: 23) }
        row += [
            (messages.received.description, 7), (messages.sent.description, 7), ((isUp ? version : 0).description, 8),
            ("0", 4), ("0", 4), (age, 8),
        ].map { " " + $0.0.rightAligned($0.1) }.joined()
        return row + " " + state + "\n"
    }

    private func stateWords(_ key: SessionKey, _ end: LeafEnd) -> String {
        if conditions.shut.contains(key) || configured[key]?.isEnabled == false { return "Shut (Admin)" }
        if let session = sessions[key], let daemon = daemons[key.node], isOverLimit(key, session, daemon) {
            return "Idle (PfxCt)"
        }
        return end.state.rawValue
    }

    /// The four lines before a routing table.
    var routeLegend: String {
        """
        IP Route Table for VRF "\(topology.vrf)"
        '*' denotes best ucast next-hop
        '**' denotes best mcast next-hop
        '[x/y]' denotes [preference/metric]
        '%<string>' in via output denotes VRF <string>


        """
    }

    /// `show ip route vrf V`.
    func routes(_ leaf: Topology.LeafPlan) -> String {
        var writer = RouteWriter(self, leaf)
        writer.add(routeLegend)
        RIBWalk(self, leaf.id)?.forEach { writer.add($0) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// `show ip route P vrf V`: the prefix itself, or the longest that holds an address.
    func route(_ words: String, _ leaf: Topology.LeafPlan) -> String? {
        guard let wanted = IPPrefix(words) else { return nil }
        let isPrefix = words.contains("/")
        var found: RIBWalk.Route?
        RIBWalk(self, leaf.id)?.forEach { route in
            // Ascending, so that of those that hold an address the last is the longest.
            if isPrefix ? route.prefix == wanted : route.prefix.contains(wanted.address) { found = route }
        }
        guard let found else { return routeLegend + "Route not found\n" }
        var writer = RouteWriter(self, leaf)
        writer.add(routeLegend)
        writer.add(found)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
