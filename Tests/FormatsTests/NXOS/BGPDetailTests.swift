import Fabric
import Formats
import Testing

/// BGP tables, sessions and neighbors as text. Samples: aci.md 6.4 and 6.5, which names their public sources; rows
/// that are made up say so.
@Suite struct BGPTableTests {
    /// A real ACI leaf with Local-AS 65003, peer AS 65002, fabric 65001.
    static let leaf = """
        leaf-a# show bgp ipv4 unicast vrf all
        BGP routing table information for VRF Sales:Presales_VRF, address family IPv4 Unicast
        BGP table version is 14, local router ID is 10.3.3.3
        Status: s-suppressed, x-deleted, S-stale, d-dampened, h-history, *-valid, >-best
        Path type: i-internal, e-external, c-confed, l-local, a-aggregate, r-redist, I-injected
        Origin codes: i - IGP, e - EGP, ? - incomplete, | - multipath, & - backup

           Network            Next Hop            Metric     LocPrf     Weight Path
        *>r172.16.1.4/30      0.0.0.0                  0        100      32768 ?
        *>i172.16.1.0/30      10.0.32.66               0        100          0 ?
        *>e172.16.199.199/32  172.16.1.6                                     0 65003 65002 i
        """

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func readsARealLeaf() throws {
        let parsed = NXOS.bgpTables(Self.bytes(Self.leaf))
        #expect(parsed.diagnostics.isEmpty)
        let table = try #require(parsed.value.first)
        #expect(parsed.value.count == 1)
        #expect(table.vrf == "Sales:Presales_VRF" && table.family == "ipv4 unicast")
        #expect(table.version == 14 && table.routerID == IPAddress("10.3.3.3"))
        #expect(table.paths.map(\.prefix.description) == ["172.16.1.4/30", "172.16.1.0/30", "172.16.199.199/32"])
        #expect(table.paths.map(\.type) == ["r", "i", "e"])
        #expect(table.paths.map(\.metric) == [0, 0, nil])
        #expect(table.paths.map(\.localPreference) == [100, 100, nil])
        #expect(table.paths.map(\.weight) == [32768, 0, 0])
        #expect(table.paths.map(\.asPath) == [[], [], [ASN(65003), ASN(65002)]])
        #expect(table.paths.map(\.origin) == ["?", "?", "i"])
        #expect(table.paths.allSatisfy { $0.isBest && $0.isValid && !$0.isMultipath })
    }

    /// Blanks that a chat or a ticket folded take the columns away: the weight is found all the same.
    @Test func readsFoldedBlanks() {
        let folded = Self.leaf.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }.joined(separator: "\n")
        let parsed = NXOS.bgpTables(Self.bytes(folded))
        #expect(parsed.diagnostics.isEmpty)
        #expect(parsed.value.first?.paths == NXOS.bgpTables(Self.bytes(Self.leaf)).value.first?.paths)
    }

    /// Made up by the grammar of aci.md 6.4: multipath members, a stale path, a long prefix that wraps, a MED.
    @Test func readsMultipathAndWrappedRows() throws {
        let text = """
            ----------------------------------------------------------------
             Node 203 (Leaf203)
            ----------------------------------------------------------------
            BGP routing table information for VRF common:calico, address family IPv4 Unicast
            BGP table version is 9704, local router ID is 1.1.4.203

               Network            Next Hop            Metric     LocPrf     Weight Path
            *>e10.96.0.0/12       192.168.2.4                                    0 64501 i
            *|e                   192.168.2.12                                   0 64502 i
            S e                   192.168.2.20                                   0 64503 i
            *>e203.0.113.128/32
                                  192.168.2.12            20                     0 4233316914 1.57920 i
            """
        let parsed = NXOS.bgpTables(Self.bytes(text))
        #expect(parsed.diagnostics.isEmpty, "\(parsed.diagnostics)")
        let table = try #require(parsed.value.first)
        #expect(table.node == 203)
        #expect(
            table.paths.map(\.prefix.description) == [
                "10.96.0.0/12", "10.96.0.0/12", "10.96.0.0/12", "203.0.113.128/32",
            ])
        #expect(table.paths.map(\.isMultipath) == [false, true, false, false])
        #expect(table.paths.map(\.isStale) == [false, false, true, false])
        #expect(table.paths.map(\.nextHop.description).last == "192.168.2.12")
        #expect(table.paths.last?.metric == 20 && table.paths.last?.weight == 0)
        #expect(table.paths.last?.asPath == [ASN(4_233_316_914), ASN(123_456)])
    }

    @Test(arguments: [
        ("Peer 10.34.34.2 routes for address family IPv4 Unicast:", "accepted"),
        ("Peer 10.34.34.2 advertised routes for address family IPv4 Unicast:", "advertised"),
        ("Peer 10.34.34.2 received routes for address family IPv4 Unicast:", "received"),
    ])
    func tellsWhoseRoutesTheyAre(_ title: String, _ word: String) throws {
        let text = Self.leaf.replacing("Path type", with: title + "\nPath type")
        let scope = try #require(NXOS.bgpTables(Self.bytes(text)).value.first?.scope)
        let address = try #require(IPAddress("10.34.34.2"))
        switch word {
        case "accepted": #expect(scope == .accepted(from: address))
        case "advertised": #expect(scope == .advertised(to: address))
        default: #expect(scope == .received(from: address))
        }
    }

    @Test func aBrokenRowIsSaidAndTheRestIsRead() {
        let text = Self.leaf.replacing("*>i172.16.1.0/30      10.0.32.66 ", with: "*>i172.16.1.0/30      10.0.32.6x ")
        let parsed = NXOS.bgpTables(Self.bytes(text))
        #expect(parsed.value.first?.paths.count == 2)
        #expect(parsed.diagnostics.map(\.line) == [10])
        #expect(parsed.diagnostics.map(\.severity) == [.warning])
    }

    @Test func anotherCommandIsRefused() {
        let parsed = NXOS.bgpTables(Self.bytes("Calico process is running.\n"))
        #expect(parsed.isRefused)
        #expect(parsed.value.isEmpty)
        #expect(NXOS.bgpTables([]).isRefused)
    }
}

@Suite struct BGPSessionsTests {
    static let text = """
        Total peers 3, established peers 2
        ASN 65001
        VRF overlay-1, local ASN 65001
        peers 2, established peers 2, local router-id 10.1.136.67
        State: I-Idle, A-Active, O-Open, E-Established, C-Closing, S-Shutdown

        Neighbor        ASN    Flaps LastUpDn|LastRead|LastWrit St Port(L/R)  Notif(S/R)
        10.1.136.65     65001 0     14:40:26|never   |never    E   49276/179        0/0
        10.106.102.3        888 0     01:03:39|never   |never    I   0/0          0/0
        4.4.4.1         4275307571
                              7     00:10:30|00:00:21|00:00:22 E   26058/179        3/1
        """

    @Test func readsRowsAndWrappedRows() {
        let parsed = NXOS.bgpSessions(BGPTableTests.bytes(Self.text))
        #expect(parsed.diagnostics.isEmpty, "\(parsed.diagnostics)")
        let rows = parsed.value
        #expect(rows.map(\.neighbor.description) == ["10.1.136.65", "10.106.102.3", "4.4.4.1"])
        #expect(rows.map(\.asn.value) == [65001, 888, 4_275_307_571])
        #expect(rows.map(\.flaps) == [0, 0, 7])
        #expect(rows.map(\.lastUpDown) == ["14:40:26", "01:03:39", "00:10:30"])
        #expect(rows.map(\.lastRead) == ["never", "never", "00:00:21"])
        #expect(rows.map(\.stateWord) == ["Established", "Idle", "Established"])
        #expect(rows.map(\.localPort) == [49276, 0, 26058])
        #expect(rows.map(\.notificationsSent) == [0, 0, 3])
        #expect(rows.map(\.notificationsReceived) == [0, 0, 1])
        #expect(rows.allSatisfy { $0.vrf == "overlay-1" && $0.localAS == ASN(65001) })
        #expect(rows.allSatisfy { $0.routerID == IPAddress("10.1.136.67") })
    }

    @Test func aBrokenRowIsSaid() {
        let parsed = NXOS.bgpSessions(BGPTableTests.bytes(Self.text.replacing("E   49276/179", with: "E   49276-179")))
        #expect(parsed.value.count == 2)
        #expect(parsed.diagnostics.map(\.line) == [8])
    }
}

@Suite struct BGPNeighborsTests {
    /// Real ACI, shortened by its author, with lines of the full NX-OS form behind.
    static let text = """
        BGP neighbor is 10.34.34.2, remote AS 65002, ebgp link, Peer index 1, Peer Tag 0
          BGP version 4, remote router ID 4.4.4.4
          BGP state = Established, up for 00:00:36
          Using Ethernet1/4 as update source for this peer
          Peer is directly attached, interface Ethernet1/4
          Last read 0.791823, hold time = 15, keepalive interval is 5 seconds
          Connections established 13, dropped 12
          Last reset by us 2d00h, due to bfd session down
          Last reset by peer never, due to No error
          Restart time advertised to peer: 120 seconds
          Stale time for routes advertised by peer: 300 seconds
          38 accepted paths consume 2128 bytes of memory
          59 sent paths
          Inbound soft reconfiguration allowed(always)
          Inbound route-map configured is permit-all, handle obtained
          Outbound route-map configured is exp-l3out-BGP-L3OUT-peer-2818048, handle obtained
          Last End-of-RIB received 00:00:01 after session start
          Local host: 10.34.34.1, Local port: 36621
          Foreign host: 10.34.34.2, Foreign port: 179
          fd = 69
        """

    @Test func readsWhatIsThere() throws {
        let parsed = NXOS.bgpNeighbors(BGPTableTests.bytes(Self.text))
        #expect(parsed.diagnostics.isEmpty)
        let neighbor = try #require(parsed.value.first)
        #expect(neighbor.neighbor == IPAddress("10.34.34.2") && neighbor.remoteAS == ASN(65002))
        #expect(neighbor.link == "ebgp" && neighbor.state == "Established" && neighbor.since == "00:00:36")
        #expect(neighbor.remoteRouterID == IPAddress("4.4.4.4"))
        #expect(neighbor.holdTime == .seconds(15) && neighbor.keepalive == .seconds(5))
        #expect(neighbor.established == 13 && neighbor.dropped == 12)
        #expect(neighbor.lastResetByUs == "2d00h, due to bfd session down")
        #expect(neighbor.lastResetByPeer == "never, due to No error")
        #expect(neighbor.restartTimeAdvertised == .seconds(120) && neighbor.staleTime == .seconds(300))
        #expect(neighbor.acceptedPaths == 38 && neighbor.sentPaths == 59 && neighbor.keepsReceivedRoutes)
        #expect(neighbor.inboundRouteMap == "permit-all")
        #expect(neighbor.outboundRouteMap == "exp-l3out-BGP-L3OUT-peer-2818048")
        #expect(neighbor.localHost == IPAddress("10.34.34.1"))
    }

    @Test func whatIsNotPrintedIsAbsent() throws {
        let parsed = NXOS.bgpNeighbors(
            BGPTableTests.bytes(Self.text.split(separator: "\n").prefix(3).joined(separator: "\n")))
        let neighbor = try #require(parsed.value.first)
        #expect(neighbor.holdTime == nil && neighbor.dropped == nil && neighbor.acceptedPaths == nil)
        #expect(!neighbor.keepsReceivedRoutes)
    }

    @Test func anAddressThatCannotBeReadIsSaid() {
        let parsed = NXOS.bgpNeighbors(BGPTableTests.bytes(Self.text.replacing("is 10.34.34.2,", with: "is 10.34.34,")))
        #expect(parsed.value.isEmpty)
        #expect(!parsed.isComplete)
    }
}
