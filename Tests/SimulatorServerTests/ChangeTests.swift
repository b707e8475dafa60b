import Fabric
import Foundation
import NIOHTTP1
import Simulator
import SimulatorServer
import Testing

/// Configuration: what is there, what a POST does to the fabric, and what is refused (aci.md 4).
@Suite struct ChangeTests {
    private static let peer =
        "uni/tn-prod/out-calico/lnodep-rack-1/lifp-nodes/rspathL3OutAtt-[topology/pod-1/protpaths-101-102/"
        + "pathep-[PG-node-1]]/peerP-[192.168.2.1]"
    private static let entries =
        "/api/class/bgpPeerEntry.json?query-target-filter=eq(bgpPeerEntry.addr,%22192.168.2.1%22)"

    private func states(_ client: TestClient) async throws -> [String?] {
        try await client.get(ChangeTests.entries).objects().map { $0.attributes["operSt"] }
    }

    private func post(_ client: TestClient, _ attributes: String, children: String = "") async throws
        -> TestClient.Reply
    {
        try await client.send(
            .POST, "/api/mo/\(ChangeTests.peer).json",
            "{\"bgpPeerP\":{\"attributes\":{\(attributes)},\"children\":[\(children)]}}")
    }

    @Test func theTreeIsThePapers() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get("/api/mo/\(ChangeTests.peer).json?rsp-subtree=full")
        let peer = try #require(try reply.objects().first)
        #expect(peer.attributes["ctrl"] == "nh-self")
        let children = try peer.children.map { try TestClient.object($0) }
        #expect(children.first { $0.name == "bgpAsP" }?.attributes["asn"] == "65102")
        #expect(children.first { $0.name == "bgpLocalAsnP" }?.attributes["localAsn"] == "65101")
        let timers = try await client.get("/api/class/bgpCtxPol.json")
        #expect(try timers.objects().first?.attributes["holdIntvl"] == "3")
        #expect(try timers.objects().first?.attributes["maxAsLimit"] == "2")
        let members = try await client.get(
            "/api/class/l3extMember.json?query-target-filter=wcard(l3extMember.dn,%22PG-node-1%22)")
        #expect(try members.objects().map { $0.attributes["addr"] } == ["192.168.2.4/29", "192.168.2.5/29"])
        await fabric.stop()
    }

    @Test func aDisabledPeerIsLostOnBothLeavesAndComesBack() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await post(client, #""adminSt":"disabled""#)
        #expect(reply.status == 200)
        #expect(reply.total == "0")
        await fabric.pass(1)
        #expect(try await states(client) == ["idle", "idle"])
        let entry = try #require(try await client.get(ChangeTests.entries).objects().first)
        #expect(entry.attributes["shutStQual"] == "admin")
        #expect(entry.attributes["connDrop"] == "1")
        let routes = try await client.get(
            "/api/class/uribv4Nexthop.json?query-target-filter=and(eq(uribv4Nexthop.addr,%22192.168.2.1/32%22),"
                + "eq(uribv4Nexthop.routeType,%22ebgp%22))")
        #expect(routes.total == "0")
        #expect(try await post(client, #""adminSt":"enabled""#).status == 200)
        await fabric.pass(10)
        #expect(try await states(client) == ["established", "established"])
        await fabric.stop()
    }

    @Test func aWrongASNeverComesUp() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let wrong = #"{"bgpAsP":{"attributes":{"asn":"65999"}}}"#
        #expect(try await post(client, "", children: wrong).status == 200)
        await fabric.pass(40)
        #expect(try await states(client).allSatisfy { $0 != "established" })
        let events = try await client.get(
            "/api/class/bgpPeerEvents.json?query-target-filter=wcard(bgpPeerEvents.dn,%22192.168.2.1/32%22)")
        #expect(try events.objects().first?.attributes["majErrRstSent"] == "open-msg-err")
        #expect(try events.objects().first?.attributes["minErrRstSent"] == "bad-peer-as")
        let right = #"{"bgpAsP":{"attributes":{"asn":"65102"}}}"#
        #expect(try await post(client, "", children: right).status == 200)
        await fabric.pass(40)
        #expect(try await states(client) == ["established", "established"])
        await fabric.stop()
    }

    @Test func aWrongLocalASNeverComesUp() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        #expect(
            try await post(client, "", children: #"{"bgpLocalAsnP":{"attributes":{"localAsn":"65999"}}}"#).status == 200
        )
        await fabric.pass(20)
        #expect(try await states(client).allSatisfy { $0 != "established" })
        await fabric.stop()
    }

    @Test func aDeletedPeerVanishesAndIsPushedAgain() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        #expect(try await client.send(.DELETE, "/api/mo/\(ChangeTests.peer).json").status == 200)
        await fabric.pass(1)
        #expect(try await states(client).isEmpty)
        let children =
            #"{"bgpAsP":{"attributes":{"asn":"65102","status":"created,modified"}}},"#
            + #"{"bgpLocalAsnP":{"attributes":{"localAsn":"65101","asnPropagate":"none"}}}"#
        let wanted = #""dn":""# + ChangeTests.peer + #"","addr":"192.168.2.1","adminSt":"enabled","ctrl":"nh-self""#
        let reply = try await client.send(
            .POST, "/api/mo/uni.json?rsp-subtree=modified",
            "{\"bgpPeerP\":{\"attributes\":{\(wanted)},\"children\":[\(children)]}}")
        #expect(try reply.objects().map(\.name) == ["bgpPeerP", "bgpAsP", "bgpLocalAsnP"])
        await fabric.pass(20)
        #expect(try await states(client) == ["established", "established"])
        // The same again changes nothing.
        let again = try await post(client, wanted, children: children)
        #expect(again.status == 200 && again.total == "0")
        await fabric.stop()
    }

    @Test func aPrefixLimitShutsThePeer() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let policy = #"{"bgpPeerPfxPol":{"attributes":{"name":"tight","maxPfx":"1","action":"shut"}}}"#
        #expect(try await client.send(.POST, "/api/mo/uni/tn-prod.json", policy).status == 200)
        let relation = #"{"bgpRsPeerPfxPol":{"attributes":{"tnBgpPeerPfxPolName":"tight"}}}"#
        #expect(try await post(client, "", children: relation).status == 200)
        await fabric.pass(2)
        let entry = try #require(try await client.get(ChangeTests.entries).objects().first)
        #expect(entry.attributes["operSt"] == "idle")
        #expect(entry.attributes["shutStQual"] == "exceeded-pfxlimit")
        await fabric.stop()
    }

    @Test func timersAreTheLeaves() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.send(
            .POST, "/api/mo/uni/tn-prod/bgpCtxP-calico-timers.json",
            #"{"bgpCtxPol":{"attributes":{"holdIntvl":"9","kaIntvl":"3"}}}"#)
        #expect(reply.status == 200)
        #expect(
            try await client.get("/api/class/bgpPeerEntry.json").objects().allSatisfy {
                $0.attributes["holdIntvl"] == "9" && $0.attributes["kaIntvl"] == "3"
            })
        await fabric.stop()
    }

    @Test(arguments: [
        (#"{"bgpPeerP":{"attributes":{"adminSt":"maybe"}}}"#, "801"),
        (#"{"bgpPeerP":{"attributes":{"ttl":"300"}}}"#, "801"),
        (#"{"bgpPeerP":{"attributes":{"nosuch":"1"}}}"#, "121"),
        (#"{"bgpPeerP":{"attributes":{"descr":"x"},"children":[{"bgpAsP":{"attributes":{"asn":"0"}}}]}}"#, "801"),
        (#"{"nosuchClass":{"attributes":{}}}"#, "400"),
        (#"{"bgpPeerP":"#, "400"),
    ])
    func aBadChangeIsRefusedAsAWhole(body: String, code: String) async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.send(.POST, "/api/mo/\(ChangeTests.peer).json", body)
        #expect(reply.status == 400)
        #expect(try reply.objects().first?.attributes["code"] == code, "\(reply.text)")
        let peer = try #require(try await client.get("/api/mo/\(ChangeTests.peer).json").objects().first)
        #expect(peer.attributes["descr"] == "" && peer.attributes["adminSt"] == "enabled")
        await fabric.stop()
    }

    @Test func changesAreAudited() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        _ = try await post(client, #""adminSt":"disabled","password":"hush""#)
        let reply = try await client.get(
            "/api/class/aaaModLR.json?order-by=aaaModLR.created%7Cdesc&query-target-filter=wcard(aaaModLR.affected,"
                + "%22peerP-%22)")
        let record = try #require(try reply.objects().first)
        #expect(record.attributes["user"] == "admin")
        #expect(record.attributes["ind"] == "modification")
        #expect(record.attributes["changeSet"]?.contains("adminSt:disabled") == true)
        #expect(!reply.text.contains("hush"))
        #expect(try await client.get("/api/mo/\(ChangeTests.peer).json").text.contains("hush") == false)
        let scoped = try await client.get(
            "/api/mo/uni/tn-prod/out-calico.json?rsp-subtree-include=audit-logs,no-scoped,subtree")
        #expect(try scoped.objects().count == 1)
        await fabric.stop()
    }
}
