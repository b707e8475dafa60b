import Fabric
import Foundation
import Simulator
import SimulatorServer
import Testing

/// The RIB and the BGP table as objects (aci.md 3.3 and 3.4), against the routing table that the leaf's text is made of.
@Suite struct RouteTests {
    private static let table = "/api/mo/topology/pod-1/node-101/sys/uribv4/dom-prod:k8s/db-rt"

    @Test func objectsAndTextTellTheSameTable() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(
            RouteTests.table + ".json?query-target=subtree&target-subtree-class=uribv4Nexthop")
        var hops: [String: Set<String>] = [:]
        for object in try reply.objects() {
            let dn = try #require(object.attributes["dn"])
            let route = try #require(dn.firstMatch(of: /db-rt\/rt-\[([^\]]+)\]\/nh-\[/))
            hops[String(route.1), default: []].insert(try #require(object.attributes["addr"]))
            #expect(dn.hasSuffix("-[\(object.attributes["vrf"] ?? "")]"))
        }
        let text = fabric.shared.with { $0.run("show ip route vrf prod:k8s", on: .leaf(LeafID(101))).output }
        var printed: [String: Set<String>] = [:]
        var prefix = ""
        for line in text.split(separator: "\n") {
            if let match = line.prefixMatch(of: /(\d\S+\/\d+), ubest/) { prefix = String(match.1) }
            if let match = line.firstMatch(of: /\*via ([0-9.]+)/) {
                printed[prefix, default: []].insert("\(match.1)/32")
            }
        }
        #expect(printed.count > 20)
        #expect(hops == printed)
        await fabric.stop()
    }

    @Test func aNextHopIsSpelledAsSeen() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(
            "/api/node/class/topology/pod-1/node-101/uribv4Nexthop.json?query-target-filter=and(eq(uribv4Nexthop.owner,"
                + "%22bgp-65001%22),eq(uribv4Nexthop.routeType,%22ebgp%22))")
        let hop = try #require(try reply.objects().first)
        #expect(hop.attributes["type"] == "recursive")
        #expect(hop.attributes["if"] == "unspecified")
        #expect(hop.attributes["tag"] == "65101")
        #expect(hop.attributes["pref"] == "20")
        #expect(
            Set(hop.attributes.keys).isSuperset(of: ["Nhmetric", "Nhtag", "active", "createTs", "metric", "rwVnid"]))
        let again = try await client.get("/api/mo/\(try #require(hop.attributes["dn"])).json")
        #expect(try again.objects().first?.attributes == hop.attributes)
        await fabric.stop()
    }

    @Test(arguments: NextHopNames.allCases)
    func namesWithAndWithoutOwner(names: NextHopNames) async throws {
        let fabric = try await TestFabric { $0.nextHopNames = names }
        let client = try await fabric.user()
        let reply = try await client.get(
            RouteTests.table + ".json?query-target=subtree&target-subtree-class=uribv4Nexthop")
        let all = try reply.objects().compactMap { $0.attributes["dn"] }
        let owned = all.filter { $0.contains("]/owner-[") }
        #expect(Set(all).count == all.count)
        switch names {
        case .plain: #expect(owned.isEmpty)
        case .owner: #expect(owned.count == all.count)
        case .both: #expect(owned.count * 2 == all.count)
        }
        await fabric.stop()
    }

    @Test func routesCarryTheirHopsInside() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get("/api/node/class/topology/pod-1/node-101/uribv4Route.json?rsp-subtree=full")
        let service = try #require(
            try reply.objects().first { $0.attributes["prefix"] == "10.96.0.0/12" })
        #expect(service.attributes["prefixLength"] == "12")
        #expect(service.children.count == 3)
        let hop = try TestClient.object(service.children[0])
        #expect(hop.attributes["rn"] == "nh-[bgp-65001]-[192.168.2.1/32]-[unspecified]-[prod:k8s]")
        #expect(hop.attributes["dn"] == nil)
        await fabric.stop()
    }

    @Test func pathsTellWhoAdvertisedWhat() async throws {
        let fabric = try await TestFabric()
        let client = try await fabric.user()
        let reply = try await client.get(
            "/api/node/class/topology/pod-1/node-101/bgpPath.json?query-target-filter=eq(bgpPath.peer,%22192.168.2.1%22)"
        )
        let paths = try reply.objects()
        let accepted = try await client.get(
            "/api/mo/topology/pod-1/node-101/sys/bgp/inst/dom-prod:k8s/peer-[192.168.2.1/32]/ent-[192.168.2.1]"
                + "/af-ipv4-ucast.json")
        #expect(try accepted.objects().first?.attributes["acceptedPaths"] == "\(paths.count)")
        #expect(paths.allSatisfy { $0.attributes["asPath"] == "65101 65102" })
        #expect(paths.allSatisfy { $0.attributes["operSt"] == "valid" })
        let routes = try await client.get("/api/node/class/topology/pod-1/node-101/bgpRoute.json?rsp-subtree=full")
        let route = try #require(try routes.objects().first)
        #expect(route.attributes["numPaths"] == "\(route.children.count)")
        await fabric.stop()
    }

    @Test func pathsOfALostSessionAreStale() async throws {
        let fabric = try await TestFabric(faults: ["bird-killed:node-1"])
        await fabric.pass(5)
        let client = try await fabric.user()
        let reply = try await client.get(
            "/api/node/class/topology/pod-1/node-101/bgpPath.json?query-target-filter=eq(bgpPath.operSt,%22staled%22)")
        #expect(try reply.objects().count > 2)
        #expect(try reply.objects().allSatisfy { $0.attributes["peer"] == "192.168.2.1" })
        await fabric.stop()
    }
}
