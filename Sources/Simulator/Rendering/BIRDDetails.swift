import Fabric

extension SimulatedFabric {
    /// The block that `show protocols all` prints under a row, ending with an empty line; `table` is the node's.
    func details(_ node: NodeName, _ row: ProtocolRow, _ table: [BIRDRoute]) -> [String] {
        guard row.kind == "BGP" else { return plainDetails(row, table) + [""] }
        var lines = [
            "  Description:    Connection to BGP peer", "  Preference:     100", "  Input filter:   ACCEPT",
            "  Output filter:  (unnamed)",
        ]
        let end = row.key.flatMap { sessions[$0]?.node }
        // The number of routes that a protocol has been handed.
        let exported = row.state == "up" ? exported(of: table, node, row.name).count : 0
        let imported = row.key.map { receivedRoutes($0).count } ?? 0
        if row.state != "down" {
            if daemons[node]?.recoveryUntil != nil {
                lines.append("  GR recovery:    " + (row.state == "wait" ? "waiting" : "pending"))
            }
            lines += statistics(
                imported: imported, exported: exported, filtered: table.count - exported,
                feeds: end?.feeds ?? 1)
        }
        lines += bgpBlock(node, row, end)
        return lines + [""]
    }

    private func plainDetails(_ row: ProtocolRow, _ table: [BIRDRoute]) -> [String] {
        let routes = table.count { $0.source == row.name }
        let preference = ["Static": 200, "Direct": 240, "Kernel": 10][row.kind] ?? 0
        let filter = row.kind == "Kernel" ? "calico_kernel_programming" : "REJECT"
        return [
            "  Preference:     \(preference)", "  Input filter:   ACCEPT", "  Output filter:  \(filter)",
            "  Routes:         \(routes) imported, 0 exported, \(routes) preferred",
            "  Route change stats:     received   rejected   filtered    ignored   accepted",
            statistic("Import updates", [routes, 0, 0, 0, routes]),
            statistic("Import withdraws", [0, 0, nil, 0, 0]), statistic("Export updates", [0, 0, 0, nil, 0]),
            statistic("Export withdraws", [0, nil, nil, nil, 0]),
        ]
    }

    private func statistics(imported: Int, exported: Int, filtered: Int, feeds: Int) -> [String] {
        let turns = exported == 0 ? 0 : max(1, feeds)
        return [
            "  Routes:         \(imported) imported, \(exported) exported, \(imported) preferred",
            "  Route change stats:     received   rejected   filtered    ignored   accepted",
            statistic("Import updates", [imported, 0, 0, 0, imported]),
            statistic("Import withdraws", [0, 0, nil, 0, 0]),
            statistic(
                "Export updates",
                [(exported + filtered) * turns, 0, filtered * turns, nil, exported * turns]),
            statistic("Export withdraws", [0, nil, nil, nil, 0]),
        ]
    }

    /// One line of statistics: the label in 22 columns, five numbers of 11, dashes where a number has no meaning.
    private func statistic(_ label: String, _ values: [Int?]) -> String {
        "    " + (label + ":").padded(19)
            + values.map { ($0.map(String.init) ?? "---").rightAligned(11) }
            .joined()
    }

    private func bgpBlock(_ node: NodeName, _ row: ProtocolRow, _ end: NodeEnd?) -> [String] {
        let state = end?.state ?? (row.info.hasPrefix("Established") ? .established : .connect)
        var lines = ["  BGP state:          \(state.rawValue)"]
        func line(_ label: String, _ value: String) { lines.append("    " + (label + ":").padded(18) + value) }
        if let address = neighborAddress(row) { line("Neighbor address", address.description) }
        line("Neighbor AS", neighborAS(node, row).description)
        if state == .established {
            established(node, row).forEach(line)
        } else if let end, end.phase != .down {
            let left = max(0, (end.retryAt - now).wholeSeconds)
            if end.state == .idle { line("Error wait", "\(min(left, end.waitTotal))/\(end.waitTotal)") }
            if end.state == .active { line("Connect delay", "\(min(left, end.waitTotal))/\(end.waitTotal)") }
        }
        if let error = end?.error { line("Last error", error) }
        return lines
    }

    /// The AS that a protocol expects of its peer.
    func neighborAS(_ node: NodeName, _ row: ProtocolRow) -> ASN {
        if let asn = row.key.flatMap({ sessions[$0]?.node.neighborAS }) { return asn }
        if let asn = row.mesh.flatMap({ nodePlans[$0]?.asn }) { return asn }
        return neighborAddress(row).flatMap { daemons[node]?.configuration.strayPeers[$0] } ?? ASN(64512)
    }

    /// The hold time that both ends of a session agreed on.
    func holdTime(of key: SessionKey) -> Int { sessions[key]?.holdTime ?? 3 }

    private func neighborAddress(_ row: ProtocolRow) -> IPAddress? {
        if let key = row.key, let plan = nodePlans[key.node] { return topology.address(of: key.leaf, towards: plan) }
        if let mesh = row.mesh { return nodePlans[mesh]?.address }
        return IPAddress(row.name.dropFirst(5).replacing("_", with: "."))
    }

    private func established(_ node: NodeName, _ row: ProtocolRow) -> [(String, String)] {
        let leafID = row.key.flatMap { topology.leaf($0.leaf)?.routerID }
        let neighborID = leafID ?? row.mesh.flatMap { nodePlans[$0]?.address }
        let hold = row.key.map(holdTime) ?? 240
        let phase = now.wholeSeconds % 2
        return [
            ("Neighbor ID", neighborID?.description ?? "0.0.0.0"),
            ("Neighbor caps", "refresh enhanced-refresh restart-able llgr-able AS4 add-path-rx"),
            ("Session", "external multihop AS4 add-path-tx"),
            ("Source address", (daemons[node]?.configuration.address ?? nodePlans[node]?.address)?.description ?? ""),
            ("Hold timer", "\(hold - phase)/\(hold)"), ("Keepalive timer", "\(max(1, hold / 3))/\(max(1, hold / 3))"),
        ]
    }
}
