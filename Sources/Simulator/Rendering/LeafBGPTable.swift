import Fabric

/// A leaf's BGP table as it prints it (aci.md 6.4).
extension SimulatedFabric {
    /// `show bgp ipv4 unicast vrf V`.
    func bgpTable(_ leaf: Topology.LeafPlan) -> String {
        let table = paths(of: leaf.id)
        var text = """
            BGP routing table information for VRF \(topology.vrf), address family IPv4 Unicast
            BGP table version is \(leafStates[leaf.id]?.tableVersion ?? 1), local router ID is \(leaf.routerID)
            Status: s-suppressed, x-deleted, S-stale, d-dampened, h-history, *-valid, >-best
            Path type: i-internal, e-external, c-confed, l-local, a-aggregate, r-redist, I-injected
            Origin codes: i - IGP, e - EGP, ? - incomplete, | - multipath, & - backup

               Network            Next Hop            Metric     LocPrf     Weight Path

            """
        for (row, prefix) in table.prefixes.enumerated() {
            let range = Int(table.pathStarts[row])..<Int(table.pathStarts[row + 1])
            for place in range {
                let name = place == range.lowerBound ? prefix.description : ""
                text += bgpTableRow(name, table.paths[Int(table.pathIndexes[place])])
            }
        }
        return text
    }

    /// One path; the prefix stands before the first of its paths only, alone on its line where it is too long.
    private func bgpTableRow(_ prefix: String, _ path: LeafPaths.Path) -> String {
        let mark = path.isBest ? ">" : path.isMultipath ? "|" : " "
        var row = (path.isStale ? "S" : "*") + mark + (path.isInternal ? "i" : "e")
        if prefix.utf8.count > 18 {
            row += prefix + "\n" + String(repeating: " ", count: 22)
        } else {
            row += prefix.padded(19)
        }
        row += path.nextHop.description.padded(16)
        // A metric that was not sent leaves its column blank; a local preference is of iBGP alone.
        row += (path.isInternal ? "0" : "").rightAligned(10) + (path.isInternal ? "100" : "").rightAligned(11)
        row += "0".rightAligned(11) + " "
        return row + path.asPath.map { $0.description + " " }.joined() + "i\n"
    }
}
