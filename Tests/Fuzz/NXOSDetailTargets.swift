import Fabric
import Formats

/// The parsers of NX-OS' BGP tables, sessions and neighbors.
let nxosDetailTargets = [
    detail("bgp-table", tableSeed, shortest: 10, { NXOS.bgpTables($0) }, { $0.reduce(0) { $0 + $1.paths.count } }) {
        NXOS.write(bgpTables: $0, into: &$1)
    },
    detail("bgp-sessions", sessionsSeed, shortest: 12, { NXOS.bgpSessions($0) }, \.count) {
        NXOS.write(bgpSessions: $0, into: &$1)
    },
    detail("bgp-neighbors", neighborsSeed, shortest: 16, { NXOS.bgpNeighbors($0) }, \.count) {
        NXOS.write(bgpNeighbors: $0, into: &$1)
    },
]

/// A target: what is read cannot outnumber what fits into the input, and the document is JSON.
private func detail<Value>(
    _ name: String, _ seed: String, shortest: Int, _ parse: @escaping @Sendable ([UInt8]) -> Parsed<Value>,
    _ count: @escaping @Sendable (Value) -> Int, _ write: @escaping @Sendable (Value, inout JSONWriter) -> Void
) -> FuzzTarget {
    FuzzTarget(name: name, seeds: [Array(seed.utf8)]) { input in
        let parsed = parse(input)
        var found = violations(of: parsed.diagnostics, input: input)
        if count(parsed.value) > input.count / shortest { found.append("\(count(parsed.value)) rows") }
        var writer = JSONWriter()
        write(parsed.value, &writer)
        if !isJSON(writer.bytes) { found.append("the document is not JSON") }
        return found
    }
}

private let tableSeed = """
    BGP routing table information for VRF Sales:Presales_VRF, address family IPv4 Unicast
    BGP table version is 14, local router ID is 10.3.3.3
    Peer 10.34.34.2 routes for address family IPv4 Unicast:
       Network            Next Hop            Metric     LocPrf     Weight Path
    *>r172.16.1.4/30      0.0.0.0                  0        100      32768 ?
    *|e                   172.16.1.6                                     0 65003 1.57920 i
    S e203.0.113.128/32
                          192.168.2.12            20                     0 {65001,65002} i

    """

private let sessionsSeed = """
    VRF overlay-1, local ASN 65001
    peers 2, established peers 2, local router-id 10.1.136.67
    Neighbor        ASN    Flaps LastUpDn|LastRead|LastWrit St Port(L/R)  Notif(S/R)
    10.1.136.65     65001 0     14:40:26|never   |never    E   49276/179        0/0
    4.4.4.1         4275307571
                          0     00:10:30|00:00:21|00:00:22 E   26058/179        0/0

    """

private let neighborsSeed = """
    BGP neighbor is 10.34.34.2, remote AS 65002, ebgp link, Peer index 1, Peer Tag 0
      BGP state = Established, up for 00:00:36
      Last read 0.791823, hold time = 15, keepalive interval is 5 seconds
      Connections established 13, dropped 12
      Last reset by us 2d00h, due to bfd session down
      38 accepted paths consume 2128 bytes of memory
      Local host: 10.34.34.1, Local port: 36621

    """
