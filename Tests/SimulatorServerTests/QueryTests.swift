import Fabric
import Foundation
import Simulator
import SimulatorServer
import Testing

/// What queries answer: forms of the URL, the grammar, shapes and errors of aci.md 2.
@Suite struct QueryTests {
    @Test func aPeerOfALeafHasTheAttributesOfARealOne() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(
            "/api/node/mo/topology/pod-1/node-101/sys/bgp/inst/dom-prod:k8s/peer-[192.168.2.1/32]/ent-[192.168.2.1].json"
        )
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "application/json")
        let entry = try #require(try reply.objects().first)
        #expect(entry.name == "bgpPeerEntry")
        let real: Set = [
            "addr", "advCap", "childAction", "connAttempts", "connDrop", "connEst", "connIf", "dn", "fd", "flags",
            "holdIntvl", "kaIntvl", "lastFlapTs", "localIp", "localPort", "modTs", "monPolDn", "name", "operSt",
            "passwdSet", "peerIdx", "prevOperSt", "rcvCap", "remotePort", "rtrId", "shutStQual", "stReason", "status",
            "type", "updateElapsedTs",
        ]
        #expect(real.isSubset(of: Set(entry.attributes.keys)))
        #expect(entry.attributes["operSt"] == "established")
        #expect(entry.attributes["localIp"] == "192.168.2.4")
        #expect(entry.attributes["rn"] == nil)
        #expect(entry.attributes["lastFlapTs"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00/) != nil)
        await fabric.stop()
    }

    @Test func attributesComeInASCIIOrder() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get("/api/class/bgpPeerP.json")
        let keys = reply.text.matches(of: /"(\w+)":"/).map { String($0.1) }.filter { $0 != "totalCount" }
        let first = Array(keys[..<(keys.dropFirst().firstIndex(of: "ConfigIssues") ?? keys.count)])
        #expect(first.first == "ConfigIssues")
        #expect(first == first.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        await fabric.stop()
    }

    @Test(arguments: [
        ("/api/class/bgpPeerEntry.json", 12),
        ("/api/node/class/bgpPeerEntry.json", 12),
        ("/api/node/class/topology/pod-1/node-103/bgpPeerEntry.json", 3),
        ("/api/class/fabricNode.json", 5),
        ("/api/class/topSystem.json?query-target-filter=eq(topSystem.role,%22leaf%22)", 4),
        (
            "/api/class/bgpPeerEntry.json?query-target-filter=and(eq(bgpPeerEntry.operSt,%22established%22),"
                + "wcard(bgpPeerEntry.dn,%22node-101/%22))", 3
        ),
        (
            "/api/class/bgpPeerEntry.json?query-target-filter=or(eq(bgpPeerEntry.addr,%22192.168.2.1%22),"
                + "eq(bgpPeerEntry.addr,%22192.168.2.9%22))", 4
        ),
        ("/api/class/bgpPeerEntry.json?query-target-filter=not(wcard(bgpPeerEntry.dn,%22node-10[12]/%22))", 12),
        ("/api/class/fabricNode.json?query-target-filter=bw(fabricNode.id,%22102%22,%22103%22)", 2),
        ("/api/class/fabricNode.json?query-target-filter=gt(fabricNode.id,%22102%22)", 2),
        ("/api/class/bgpPeerEntry.json?query-target-filter=allbit(bgpPeerEntry.flags,%22cap-neg,gr-enabled%22)", 12),
        (
            "/api/node/class/topology/pod-1/node-101/bgpDom.json?query-target=subtree&target-subtree-class="
                + "bgpPeer,bgpPeerEntry,bgpPeerAfEntry", 9
        ),
        (
            "/api/mo/topology/pod-1/node-101/sys/bgp/inst/dom-prod:k8s.json?query-target=subtree&target-subtree-class="
                + "bgpPeer&target-subtree-class=bgpPeerEntryStats", 6
        ),
        (
            "/api/mo/topology/pod-1/node-101/sys/bgp/inst/dom-prod:k8s.json?query-target=children&target-subtree-class=bgpPeer",
            3
        ),
        ("/api/mo/topology/pod-1/node-999/sys.json", 0),
        ("/api/mo/uni/tn-prod/out-calico.json?query-target=subtree&target-subtree-class=bgpPeerP", 6),
        ("/api/class/fabricExplicitGEp.json?rsp-subtree=children", 2),
        ("/api/class/vpcDom.json", 4),
        ("/api/class/infraWiNode.json", 1),
        ("/api/class/commHttps.json", 1),
    ])
    func countsWhatAQueryAsksFor(uri: String, count: Int) async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(uri)
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply.total == "\(count)")
        #expect(try reply.objects().count == count)
        await fabric.stop()
    }

    @Test func childrenAreNestedWithTheirRelativeNames() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(
            "/api/class/bgpPeer.json?order-by=bgpPeer.dn&rsp-subtree=full&rsp-subtree-class=bgpPeerEntry,bgpPeerAfEntry"
        )
        let peer = try #require(try reply.objects().first)
        let entry = try TestClient.object(try #require(peer.children.first))
        #expect(entry.name == "bgpPeerEntry")
        #expect(entry.attributes["rn"] == "ent-[192.168.2.1]")
        #expect(entry.attributes["dn"] == nil)
        let family = try TestClient.object(try #require(entry.children.first))
        #expect(entry.children.count == 1)
        #expect(family.name == "bgpPeerAfEntry")
        #expect(Int(family.attributes["acceptedPaths"] ?? "").map { $0 > 2 } == true)
        await fabric.stop()
    }

    @Test func includesAndShapes() async throws {
        let fabric = try await TestFabric(faults: ["leaf-peer-missing:node-1/101"])
        await fabric.pass(2)
        let client = try await fabric.user()
        let counted = try await client.get("/api/class/bgpPeerEntry.json?rsp-subtree-include=count")
        #expect(try counted.objects().first?.attributes["count"] == "11")
        let slim = try await client.get("/api/class/bgpPeerP.json?rsp-prop-include=naming-only")
        #expect(try slim.objects().allSatisfy { Set($0.attributes.keys) == ["addr", "dn"] })
        let plain = try await client.get("/api/class/bgpPeerP.json?rsp-prop-include=config-only&rsp-subtree=full")
        #expect(try plain.objects().allSatisfy { $0.attributes["modTs"] == nil && $0.attributes["ctrl"] == "nh-self" })
        let capacity = try await client.get(
            "/api/class/eqptcapacityEntity.json?query-target=self&rsp-subtree-include=stats&rsp-subtree-class="
                + "eqptcapacityPrefixEntries5min")
        #expect(try capacity.objects().count == 4)
        #expect(try capacity.objects().allSatisfy { $0.children.count == 1 })
        await fabric.stop()
    }

    @Test(arguments: [
        ("/api/class/nosuchClass.json", 400, "400", "Request failed, unresolved class for nosuchClass"),
        (
            "/api/class/faultInst.json?query-target-filter=eq(faultInst.cod,%22F0299%22)", 400, "121",
            "Prop 'cod' not found in class 'faultInst' property table"
        ),
        (
            "/api/class/faultInst.json?query-target-filter=eq(faultIns.code,%22F0299%22)", 400, "122",
            "class faultIns not found"
        ),
        ("/api/class/faultInst.json?query-target-filter=eq(faultInst.code", 400, "301", "Incorrect filter format for"),
        (
            "/api/class/bgpPeer.json?query-target=subtree&target-subtree-class=nosuch", 400, "122",
            "class nosuch not found"
        ),
        ("/api/class/bgpPeer.json?order-by=bgpPeer.nosuch", 400, "121", "Prop 'nosuch' not found"),
        ("/api/class/bgpPeer.json?page-size=many&page=0", 400, "400", "page-size"),
        ("/api/class/bgpPeer.json?query-target-filter=%zz", 400, "400", "malformed url"),
    ])
    func errorsAreThoseOfAController(uri: String, status: Int, code: String, text: String) async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(uri)
        #expect(reply.status == status)
        let error = try #require(try reply.objects().first)
        #expect(error.name == "error")
        #expect(error.attributes["code"] == code)
        #expect(error.attributes["text"]?.contains(text) == true, "\(reply.text)")
        await fabric.stop()
    }

    @Test func pagesTogetherAreTheWhole() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let base =
            "/api/mo/topology/pod-1/node-101/sys/uribv4/dom-prod:k8s.json?query-target=subtree&target-subtree-class="
            + "uribv4Route,uribv4Nexthop"
        let whole = try await client.get(base)
        let names = try whole.objects().compactMap { $0.attributes["dn"] }
        #expect(names.count > 40)
        #expect(Set(names).count == names.count)
        var paged: [String] = []
        for page in 0..<20 {
            let reply = try await client.get(base + "&order-by=uribv4Route.dn&page=\(page)&page-size=7")
            #expect(reply.total == "\(names.count)")
            paged += try reply.objects().compactMap { $0.attributes["dn"] }
        }
        #expect(paged.prefix(names.count) == names[...])
        await fabric.stop()
    }

    @Test func tooManyObjectsAreRefusedByTheirText() async throws {
        let fabric = try await TestFabric { $0.objectLimit = 20 }
        let client = try await fabric.user()
        let reply = try await client.get("/api/class/uribv4Route.json")
        #expect(reply.status == 400)
        #expect(reply.text.contains("Unable to process the query, result dataset is too big"))
        let nested = try await client.get("/api/class/bgpPeer.json?rsp-subtree=full")
        #expect(nested.text.contains("result dataset is too big"))
        let page = try await client.get("/api/class/uribv4Route.json?page=0&page-size=20&order-by=uribv4Route.dn")
        #expect(try page.objects().count == 20)
        await fabric.stop()
    }
}
