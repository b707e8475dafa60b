import Fabric
import Formats
import Foundation
import Testing

@Suite struct APICQueryTests {
    @Test func aQueryReadsBackFromItsCommand() throws {
        let query = APICQuery.object("topology/pod-1/node-203/sys/bgp/inst/dom-common:calico")
            .subtree(["bgpPeer", "bgpPeerEntry"])
            .with(
                "query-target-filter",
                "and(eq(bgpPeerEntry.operSt,\"established\"),wcard(bgpPeerEntry.dn,\"/a b&c=d%\"))")
        let read = try #require(APICQuery(command: query.command.replacing(query.plainPath, with: query.path)))
        #expect(read == query)
        #expect(!query.path.contains("\"") && !query.path.contains(" ") && query.path.contains("%22established%22"))
    }

    @Test func bracketsAreSentEncodedAndSlashesStay() throws {
        let name =
            "uni/tn-c/out-o/lnodep-r/lifp-n/rspathL3OutAtt-[topology/pod-1/protpaths-203-204/pathep-[PG-1]]/peerP-[192.168.2.1]"
        let query = APICQuery.object(name)
        let sent = name.replacing("[", with: "%5B").replacing("]", with: "%5D")
        #expect(query.path == "/api/node/mo/\(sent).json")
        #expect(DistinguishedName(name).parts.count == 7)
        #expect(DistinguishedName(name).value(after: "peerP-") == "192.168.2.1")
    }

    @Test func aCommandTellsWhatItIsAbout() throws {
        let query = try #require(
            APICQuery(
                command: "GET https://apic1/api/node/class/topology/pod-1/node-203/bgpPeerEntry.json?subscription=yes"))
        #expect(query.leaf == LeafID(203) && query.classes == ["bgpPeerEntry"])
        #expect(query.bgpScope == BGPScope(allSessions: true))
        #expect(
            APICQuery(command: "GET /api/node/mo/topology/pod-1/node-7/sys/uribv4/dom-c:v.json?query-target=subtree")?
                .isRoutes == true)
        #expect(APICQuery(command: "fabric 203 show ip route") == nil)
    }

    @Test func aPageSpeaksForWhatItNamesOnly() throws {
        let query = APICQuery.object("topology/pod-1/node-203/sys/bgp/inst/dom-c:v").subtree([
            "bgpPeerEntry", "bgpPeer",
        ])
        #expect(query.bgpScope == BGPScope(vrf: "c:v", allConfigured: true, allSessions: true))
        #expect(query.page(0, size: 10, orderedBy: "bgpPeer").bgpScope == BGPScope(vrf: "c:v"))
    }

    /// What is sent is a URL as it stands: no part of it is encoded a second time on its way.
    @Test func aURLTakesThePathAsItIs() throws {
        let query = APICQuery.object("uni/tn-c/x-[a b/32]").with("query-target-filter", "wcard(a.b,\"p-[\")")
            .with("order-by", "aaaModLR.created|desc")
        let url = try #require(URL(string: "https://apic" + query.path))
        #expect(url.absoluteString == "https://apic" + query.path)
        #expect(url.absoluteString.removingPercentEncoding == "https://apic" + query.plainPath)
    }
}
