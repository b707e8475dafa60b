import Foundation
import Simulator
import SimulatorServer
import Testing

/// Events over the web socket (aci.md 2.7).
@Suite struct SubscriptionTests {
    private static let entries = "/api/class/bgpPeerEntry.json?subscription=yes"

    private func event(_ text: String?) throws -> (ids: [String], name: String, attributes: [String: String]) {
        let text = try #require(text)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let objects = try #require(json["imdata"] as? [[String: Any]])
        let (name, attributes, _) = try TestClient.object(try #require(objects.first))
        return (json["subscriptionId"] as? [String] ?? [], name, attributes)
    }

    @Test func aLostSessionIsToldWithWhatChanged() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let socket = try await client.socket()
        let first = try await client.get(SubscriptionTests.entries).json()["subscriptionId"] as? String
        let second =
            try await client.get(
                "/api/class/bgpPeerEntry.json?query-target-filter=eq(bgpPeerEntry.addr,%22192.168.2.1%22)"
                    + "&subscription=yes&page-size=1"
            ).json()["subscriptionId"] as? String
        fabric.shared.with { try? $0.inject(Fault(.leafNeighborShut, "node-1/101")) }
        await fabric.pass(1)
        let told = try event(await socket.next())
        #expect(told.ids == [first, second])
        #expect(told.name == "bgpPeerEntry")
        #expect(told.attributes["status"] == "modified")
        #expect(told.attributes["operSt"] == "idle")
        #expect(told.attributes["prevOperSt"] == "established")
        #expect(told.attributes["dn"]?.hasSuffix("peer-[192.168.2.1/32]/ent-[192.168.2.1]") == true)
        #expect(told.attributes["shutStQual"] == "admin")
        #expect(told.attributes["rn"] == "")
        // What did not change is left out.
        #expect(told.attributes["addr"] == nil && told.attributes["type"] == nil)
        await socket.close()
        await fabric.stop()
    }

    @Test func objectsComeAndGo() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let socket = try await client.socket()
        _ = try await client.get(
            "/api/mo/topology/pod-1/node-101/sys/bgp.json?query-target=subtree&target-subtree-class=bgpPeer"
                + "&subscription=yes")
        fabric.shared.with { try? $0.inject(Fault(.leafPeerMissing, "node-1/101")) }
        await fabric.pass(1)
        let gone = try event(await socket.next())
        #expect(gone.attributes["status"] == "deleted")
        #expect(Set(gone.attributes.keys) == ["childAction", "dn", "rn", "status"])
        fabric.shared.with { $0.clearAll() }
        await fabric.pass(1)
        let back = try event(await socket.next())
        #expect(back.attributes["status"] == "created")
        #expect(back.attributes["asn"] == "65102")
        await socket.close()
        await fabric.stop()
    }

    @Test func subscriptionsEndWithoutRefreshAndNeedASocket() async throws {
        let fabric = try await TestFabric { $0.tokenLifetime = 3600 }
        let client = try await fabric.user()
        let refused = try await client.get(SubscriptionTests.entries)
        #expect(refused.status == 405)
        #expect(refused.text.contains("unable to locate opened web socket"))
        let socket = try await client.socket()
        let id = try #require(try await client.get(SubscriptionTests.entries).json()["subscriptionId"] as? String)
        await fabric.pass(50)
        #expect(try await client.get("/api/subscriptionRefresh.json?id=\(id)").status == 200)
        await fabric.pass(50)
        fabric.shared.with { try? $0.inject(Fault(.leafNeighborShut, "node-1/101")) }
        await fabric.pass(1)
        #expect(await socket.next() != nil)
        await fabric.pass(61)
        #expect(try await client.get("/api/subscriptionRefresh.json?id=\(id)").status == 400)
        let long = try await client.get(SubscriptionTests.entries + "&refresh-timeout=600")
        let other = try #require(try long.json()["subscriptionId"] as? String)
        await fabric.pass(500)
        #expect(try await client.get("/api/subscriptionRefresh.json?id=\(other)").status == 200)
        await socket.close()
        await fabric.stop()
    }

    @Test func aRefreshedTokenKeepsTheSocketAndANewLoginNeedsItsOwn() async throws {
        let fabric = try await TestFabric()
        var client = try await fabric.user()
        let socket = try await client.socket()
        client.token = try await client.get("/api/aaaRefresh.json").objects().first?.attributes["token"]
        #expect(try await client.get(SubscriptionTests.entries).status == 200)
        try await client.login()
        #expect(try await client.get(SubscriptionTests.entries).status == 405)
        var stranger = fabric.client()
        stranger.token = "nonsense"
        await #expect(throws: (any Error).self) { _ = try await stranger.socket() }
        await socket.close()
        await fabric.stop()
    }

    @Test func faultsAndAuditAreToldToo() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let socket = try await client.socket()
        _ = try await client.get("/api/class/faultInst.json?subscription=yes")
        fabric.shared.with { try? $0.inject(Fault(.leafNeighborShut, "node-1/101")) }
        await fabric.pass(1)
        let soaking = try event(await socket.next())
        #expect(soaking.name == "faultInst")
        #expect(soaking.attributes["lc"] == "soaking")
        await socket.close()
        await fabric.stop()
    }
}
