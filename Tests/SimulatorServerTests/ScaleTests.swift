import Fabric
import Foundation
import Simulator
import SimulatorServer
import Testing

/// The design's maximum of one leaf, from a state that is no simulator's: any process can stand behind the port.
@Suite struct ScaleTests {
    private static let vrf = "prod:k8s"

    /// 128,000 prefixes, the first 4,000 with 16 next hops.
    private static func routes() -> LeafRoutes {
        var table = LeafRoutes()
        for index in 0..<128_000 {
            let hops = (0..<(index < 4000 ? 16 : 1)).map { hop in
                (
                    hop: LeafRoutes.Hop(
                        address: IPAddress(v4: 0x0a01_0001 + UInt32((index + hop) % 400) * 8), vrf: vrf,
                        origin: .external,
                        preference: 20, tag: 4_200_001_000), createdAt: Int64(1_768_039_200_000)
                )
            }
            table.append(IPPrefix(host: IPAddress(v4: 0x0a60_0000 + UInt32(index))), hops)
        }
        return table
    }

    private static func state() throws -> FabricState {
        let address = IPAddress(v4: 0x0a01_0001)
        let peer = PeerPicture(
            address: address, asn: ASN(4_200_001_001), localAddress: address, interface: "vlan10", state: .established)
        let vrf = VRFPicture(
            name: vrf, routerID: address, tableVersion: 7, ecmpLimit: 16, maximumASPath: 2, peers: [peer])
        let leaf = LeafPicture(
            id: LeafID(101), name: "leaf-101", tep: address, management: address, bootedAt: Date(), vrfs: [vrf])
        let configuration = FabricConfiguration(
            vrf: Self.vrf, l3out: "calico", release: "4.2(1)", fabricAS: ASN(65001), permitted: [], maximumASPath: 2,
            ecmpLimit: 16, relaxesMultipath: true, racks: [])
        let table = routes()
        return FabricState(
            configuration: configuration,
            picture: { FabricPicture(now: Date(), release: "4.2(1)", fabricAS: ASN(65001), leaves: [leaf]) },
            routes: { _ in table }, paths: { _ in LeafPaths() }, configure: { _, _, _ in })
    }

    @Test func aFullTableComesInPages() async throws {
        let controllers = try await SimulatedControllers(try ScaleTests.state(), ControllerSettings())
        let identity = try TLSIdentity.made(names: ["localhost"], addresses: [])
        let server = try APICServer(controllers, APICServer.Listening(identity: identity), threads: 1)
        let port = try await server.start()[0]
        var client = TestClient(port: port, authority: try #require(identity.authority))
        try await client.login()
        let base = "/api/node/class/topology/pod-1/node-101/"
        let flat = try await client.get(base + "uribv4Nexthop.json?page=18&page-size=10000&order-by=uribv4Nexthop.dn")
        #expect(flat.total == "188000")
        #expect(try flat.objects().count == 8000)
        #expect(try flat.objects().last?.attributes["dn"]?.contains("rt-[10.97.243.255/32]") == true)
        let nested = try await client.get(
            base + "uribv4Route.json?rsp-subtree=full&page=0&page-size=5000&order-by=uribv4Route.dn")
        #expect(nested.total == "128000")
        #expect(try nested.objects().reduce(0) { $0 + $1.children.count } == 4000 * 16 + 1000)
        let whole = try await client.get(base + "uribv4Route.json")
        #expect(whole.text.contains("result dataset is too big"))
        await server.stop()
    }
}
