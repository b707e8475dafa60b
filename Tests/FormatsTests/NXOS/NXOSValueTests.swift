import Fabric
import Formats
import Testing

@Suite struct NXOSValueTests {
    @Test func summaryMakesFabricsTables() throws {
        let fixture = try #require(NXOSFixture.all.first { $0.name == "summary-banners" })
        let tables = NXOS.summary(fixture.bytes("txt")).value
        #expect(tables.count == 3)
        let first = try #require(tables.first)
        #expect(first.node == 203 && first.nodeName == "Leaf203" && first.vrf == "common:calico")
        #expect(first.family == "ipv4 unicast" && first.localAS == ASN(65002) && first.tableVersion == 291)
        #expect(first.routerID == IPAddress("1.1.1.203"))
        let peer = try #require(first.peers.first)
        #expect(peer.neighbor == IPAddress("192.168.2.1") && peer.asn == ASN(64501) && peer.asPrinted == "64501")
        #expect(peer.messagesReceived == 3694 && peer.messagesSent == 3685 && peer.tableVersion == 291)
        #expect(peer.upDown == "00:01:30" && peer.age == .seconds(90))
        #expect(peer.state.isEstablished && peer.prefixesReceived == 2 && peer.stateOrPrefixes == "2")
        let down = try #require(tables[1].peers.first)
        #expect(down.state.phase == .shut && down.prefixesReceived == nil && down.upDown == "4d22h")
        #expect(down.age == .seconds((4 * 24 + 22) * 3600))
        #expect(tables[2].peers.isEmpty && tables[2].family == "ipv6 unicast")
    }

    @Test func routesMakeSortedTables() throws {
        let text = """
             Node 203 (Leaf203)
            IP Route Table for VRF "a"
            10.2.0.0/16, ubest/mbest: 2/0
                *via 10.0.0.1%a, [20/0], 01:00:00, bgp-1, external, tag 5
                *via 10.0.0.2%a, [20/0], 00:00:07, bgp-1, external, tag 5
            10.1.0.0/16, ubest/mbest: 2/0
                *via 10.0.0.1%a, [20/0], 02:00:00, bgp-1, external, tag 5
                *via 10.0.0.2%a, [20/0], 3d01h, bgp-1, external, tag 5
                 via 10.0.0.3%a, [20/0], 3d01h, bgp-1, external, tag 5
            10.3.0.0/16, ubest/mbest: 0/1
                **via 10.0.0.1%a, [20/0], 02:00:00, bgp-1, external, tag 5
             Node 204 (Leaf204)
            IP Route Table for VRF "a"
            10.1.0.0/16, ubest/mbest: 1/0
                *via 10.0.40.68%overlay-1, [200/0], never, bgp-1, internal, tag 5
            IPv6 Routing Table for VRF "a"
            2001:db8::/32, ubest/mbest: 1/0
                *via Null0, [220/0], 1w0d, static
            """
        let parsed = NXOS.routes(Array(text.utf8))
        #expect(parsed.diagnostics.isEmpty)
        let tables = parsed.value.tables()
        #expect(tables.map(\.node) == [203, 204, 204])
        let table = try #require(tables.first?.table)
        #expect(table.vrf == "a" && table.family == .ipv4)
        #expect(table.prefixes.map(\.description) == ["10.1.0.0/16", "10.2.0.0/16"])
        #expect(table.ages == [7200, 7])
        #expect(table.nextHopSets.count == 1)
        let hop = try #require(table.nextHops(at: 0).hops.first)
        #expect(hop.address == IPAddress("10.0.0.1") && hop.vrf == nil && hop.interface == nil)
        #expect(hop.isExternalBGP && hop.tag == 5 && hop.preference == 20)
        #expect(tables[1].table.nextHops(at: 0).hops.first?.vrf == "overlay-1")
        #expect(tables[2].table.nextHops(at: 0).hops.first?.interface == "Null0")
    }

    @Test func everyFormOfAnAgeIsRead() {
        let forms: [(String, Int64?)] = [
            ("00:01:30", 90), ("99:59:59", 359_999), ("100:00:01", 360_001), ("3d02h", 266_400), ("24w2d", 14_688_000),
            ("1y10w", 37_584_000), ("2y0w", 63_072_000), ("02w00d", 1_209_600), ("0.599405", 0), ("never", nil),
        ]
        for (text, seconds) in forms {
            let row = "10.0.0.1 4 64501 1 2 3 0 0 \(text) Idle\n"
            let peer = NXOS.summary(Array(row.utf8)).value.first?.peers.first
            #expect(peer?.upDown == text)
            #expect(peer?.age == seconds.map { .seconds($0) })
        }
        for text in ["00:61:00", "1h2d", "3x", ":::", "1d", "d", "12"] where text != "1d" {
            let row = "10.0.0.1 4 64501 1 2 3 0 0 \(text) Idle\n"
            #expect(!NXOS.summary(Array(row.utf8)).isComplete)
        }
    }

    @Test func jsonIsEscaped() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a\"b")
        writer.string("\u{1}\n\t\\\"é")
        writer.key("n")
        writer.beginArray()
        writer.number(Int64.min)
        writer.number(UInt64.max)
        writer.number(nil as Int?)
        writer.boolean(true)
        writer.strings([])
        writer.endArray()
        writer.key("bytes")
        let broken: [UInt8] = [0x41, 0xff, 0x22, 0xc3]
        broken.withUnsafeBufferPointer { writer.string(utf8: $0) }
        writer.endObject()
        let expected =
            #"{"a\"b":"\u0001\n\t\\\"é","n":[-9223372036854775808,18446744073709551615,null,true,[]],"#
            + "\"bytes\":\"A\u{fffd}\\\"\u{fffd}\"}"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
