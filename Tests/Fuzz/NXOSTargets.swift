import Fabric
import Formats

/// The parsers of NX-OS text.
let nxosTargets = [
    FuzzTarget(name: "bgp-summary", seeds: [Array(summarySeed.utf8)], check: checkSummary),
    FuzzTarget(name: "routes", seeds: [Array(routesSeed.utf8)], check: checkRoutes),
]

@Sendable private func checkSummary(_ input: [UInt8]) -> [String] {
    let parsed = NXOS.summaryColumns(input)
    var found = violations(of: parsed.diagnostics, input: input)
    // The shortest row: `4 1 0 0 0 0 0 1d 0`.
    if parsed.value.neighborCount > input.count / 17 { found.append("\(parsed.value.neighborCount) neighbors") }
    let document = NXOS.summaryDocument(input)
    if !isJSON(document.value) { found.append("the document is not JSON") }
    if parsed.value.summaries().count != parsed.value.tableCount { found.append("tables got lost") }
    if let slow = withoutFastPath(input), NXOS.summaryDocument(slow).value != document.value {
        found.append("the slow path reads something else")
    }
    return found
}

@Sendable private func checkRoutes(_ input: [UInt8]) -> [String] {
    let parsed = NXOS.routes(input)
    var found = violations(of: parsed.diagnostics, input: input)
    // The shortest route: `ubest/mbest: 1/0`; the shortest next hop: `via,[1/0],1d,a`.
    if parsed.value.routeCount > input.count / 15 { found.append("\(parsed.value.routeCount) routes") }
    if parsed.value.nextHopCount > input.count / 13 { found.append("\(parsed.value.nextHopCount) next hops") }
    let document = NXOS.routesDocument(input)
    if !isJSON(document.value) { found.append("the document is not JSON") }
    let installed = parsed.value.tables().reduce(0) { $0 + $1.table.count }
    if installed > parsed.value.routeCount { found.append("\(installed) installed routes") }
    if let slow = withoutFastPath(input), NXOS.routesDocument(slow).value != document.value {
        found.append("the slow path reads something else")
    }
    return found
}

/// The same text with line ends that only the slow path reads; nil where lines are near the longest that is read.
private func withoutFastPath(_ input: [UInt8]) -> [UInt8]? {
    let lines = input.split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines.count > 1, lines.allSatisfy({ $0.count < 8000 }) else { return nil }
    return Array(lines.joined(separator: [0x0d, 0x0d, 0x0a]))
}

private let summarySeed = """
    fab2-apic1# fabric 203 show ip bgp summary vrf common:calico
    ----------------------------------------------------------------
     Node 203 (Leaf203)
    ----------------------------------------------------------------
    BGP summary information for VRF common:calico, address family IPv4 Unicast
    BGP router identifier 10.1.1.203, local AS number 65002
    BGP table version is 291, IPv4 Unicast config peers 4, capable peers 4
    16 network entries and 29 paths using 3088 bytes of memory

    Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
    192.168.2.1     4 64501    3694    3685      291    0    0 00:01:30 2
    192.168.2.9     4 64502       0       0        0    0    0    4d22h Shut (Admin)
    10.101.1.1      4 4233316914
                            14111081 14037706     1922    0    0     5w1d 100
    2001:db8:4:701::2
                    4 65535  163664  163693      145    0    0     3w2d 0 (No Cap)
    192.168.2.17    4 1.57920  3626    3620      291    0    0 00:00:13 3Leaf203#

    """

private let routesSeed = """
    IP Route Table for VRF "common:default"
    '*' denotes best ucast next-hop

    192.168.2.49/32, ubest/mbest: 2/0
        *via 192.168.2.37%common:default, [20/0], 01:10:02, bgp-65002, external, tag 65113
             recursive next hop: 192.168.2.37/32%common:default
        *via 192.168.2.35%common:default, [20/0], 3d02h, bgp-65002, external, tag 65113
             recursive next hop: 192.168.2.35/32%common:default
    3.3.3.3/32, ubest/mbest: 2/0, attached, direct
        *via 3.3.3.3, lo6, [0/0], 13:04:45, local, local
        *via 3.3.3.3, lo6, [0/0], 13:04:45, direct
    5.5.5.5/32, ubest/mbest: 1/0 time
        *via 10.0.40.68%overlay-1, [200/0], 02w00d, bgp-65001, internal, tag 65002, rwVnid:
    vxlan-3112960
    10.4.0.0/16, ubest/mbest: 1/1, all-best (0x63636363)
        *via Null0, [220/0], 1y10w, bgp-65002, discard, tag 65002, segid: 6 (Asymmetric) tunnelid: 0x6 encap: VXLAN
         via 2001:db8::1, Vlan22, [90/130816], 0.599405, eigrp-1, internal (hidden)
    IPv6 Routing Table for VRF "a"
    2001:db8::/32, ubest/mbest: 1/0, attached
        *via ::ffff:10.229.11.11%default:IPv4, [200/0], 00:00:01, bgp-100, internal,
    tag 100

    """
