import Formats
import Testing

@Suite struct NXOSRefusalTests {
    static let foreign: [(String, String)] = [
        ("IPv4 Unicast Summary (VRF default):\nBGP router identifier 1.1.1.1, local AS number 1 vrf-id 0\n", "FRR"),
        (
            "Neighbor        V         AS   MsgRcvd   MsgSent   TblVer  InQ OutQ  Up/Down State/PfxRcd   PfxSnt Desc\n"
                + "192.168.2.1     4      64501        29        28        0    0    0 00:00:25            6        6 a\n",
            "FRR"
        ),
        ("Codes: K - kernel route, C - connected, S - static, R - RIP,\n\nB>* 10.0.0.0/8 [20/0] via 1.1.1.1\n", "FRR"),
        ("Codes: L - local, C - connected\n\nB     10.0.0.0/8 [20/0] via 1.1.1.1, 00:01:02\n", "IOS"),
        (
            "BGP router identifier 1.1.1.1, local AS number 1\nBGP table version is 5, main routing table version 5\n",
            "IOS"
        ),
        ("BGP summary information for VRF default\nRouter identifier 1.1.1.1, local AS number 1\n", "Arista"),
        ("Groups: 1 Peers: 2 Down peers: 0\nTable          Tot Paths  Act Paths\n", "Junos"),
        ("inet.0: 10 destinations, 12 routes (10 active, 0 holddown, 0 hidden)\n", "Junos"),
        ("BIRD v0.3.3+birdv1.6.8 ready.\nname     proto    table    state  since       info\n", "BIRD"),
        ("0.0.0.0/0          via 192.168.2.4 on eth0 [kernel1 19:17:36] * (10)\n", "BIRD"),
        ("Calico process is running.\n\nIPv4 BGP status\n", "calicoctl"),
        ("default via 192.168.2.4 dev eth0 proto static\n", "Linux"),
        ("{\"totalCount\":\"1\",\"imdata\":[{\"bgpPeerEntry\":{}}]}", "APIC"),
        ("<!DOCTYPE html><html><body>503</body></html>", "HTML"),
        ("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n", "HTML"),
        ("BGP routing table information for VRF default, address family IPv4 Unicast\n", "show bgp ipv4 unicast"),
        ("BGP neighbor is 10.34.34.2, remote AS 65002, ebgp link, Peer index 1\n", "neighbors"),
    ]

    @Test(arguments: foreign)
    func otherOutputIsRefusedByName(_ text: String, _ name: String) {
        for parsed in [NXOS.summaryDocument(Array(text.utf8)), NXOS.routesDocument(Array(text.utf8))] {
            #expect(parsed.isRefused)
            #expect(parsed.diagnostics.count == 1)
        }
        let summary = NXOS.summaryColumns(Array(text.utf8))
        #expect(summary.value.neighborCount == 0)
        #expect(summary.diagnostics.first?.message.contains(name) == true)
        #expect(NXOS.routes(Array(text.utf8)).value.routeCount == 0)
    }

    @Test func theOtherCommandIsNamed() {
        let routes = Array("IP Route Table for VRF \"a\"\n10.0.0.0/8, ubest/mbest: 1/0\n".utf8)
        #expect(NXOS.summary(routes).diagnostics.first?.message.contains("'routes'") == true)
        let title = "BGP summary information for VRF a, address family IPv4 Unicast\n"
        #expect(NXOS.routes(Array(title.utf8)).diagnostics.first?.message.contains("'bgp-summary'") == true)
    }

    @Test func emptyAndBinaryInputIsRefused() {
        for bytes in [[], [0x0a], Array("\n \n\t\n".utf8), [0x1f, 0x8b, 8, 0, 1], [UInt8](repeating: 0, count: 4096)] {
            #expect(NXOS.summary(bytes).isRefused)
            #expect(NXOS.routes(bytes).isRefused)
            #expect(NXOS.routes(bytes).value.routeCount == 0)
        }
    }

    @Test func diagnosticsAreBounded() {
        let lines = String(repeating: "no such line\n", count: 5000)
        let parsed = NXOS.routes(Array(("IP Route Table for VRF \"a\"\n" + lines).utf8))
        #expect(parsed.diagnostics.count == 201)
        #expect(parsed.diagnostics.last?.message == "4800 more diagnostics, not shown")
        #expect(parsed.diagnostics.last?.severity == .warning)
    }

    @Test func aLineOfTenMegabytesIsOneDiagnostic() {
        let head = "IP Route Table for VRF \"a\"\n10.0.0.0/8, ubest/mbest: 1/0\n    *via "
        let bytes = Array(head.utf8) + [UInt8](repeating: 0x31, count: 10_000_000) + [0x0a]
        let parsed = NXOS.routes(bytes)
        #expect(parsed.value.routeCount == 1)
        #expect(parsed.diagnostics.filter { $0.severity == .warning }.map(\.line) == [3])
        #expect(parsed.diagnostics.allSatisfy { $0.excerpt.utf8.count <= 120 })
        #expect(NXOS.summary(bytes).isRefused)
    }
}
