import Fabric
import Formats
import Testing

/// What a leaf accepted from whom, from the paths of its BGP table, aci.md 3.3.
@Suite struct APICPathsTests {
    private let range = "10.96.0.0/12"
    private let block = "10.244.0.64/26"

    private static func name(_ prefix: String) -> String { Answers.domain + "/af-ipv4-ucast/rt-[\(prefix)]" }

    private func path(
        _ prefix: String, from peer: String?, type: String = "external", state: String = "valid",
        isNested: Bool = false
    ) -> String {
        let relative = "path-[\(peer ?? "192.168.2.1")]-id-1-nh-[\(peer ?? "192.168.2.1")]"
        let name = isNested ? ("rn", relative) : ("dn", APICPathsTests.name(prefix) + "/" + relative)
        return Answers.object(
            "bgpPath",
            [("asPath", "64500 64501"), name, ("nh", "192.168.2.1"), ("operSt", state)]
                + (peer.map { [("peer", $0)] } ?? []) + [("type", type)])
    }

    private func read(_ pages: [[String]]) throws -> AcceptedPaths {
        var paths = APICPaths()
        for page in pages { #expect(paths.add(Answers.answer(page)).diagnostics.isEmpty) }
        let tables = paths.tables()
        #expect(tables.count == 1 && tables.first?.leaf == LeafID(203))
        return try #require(tables.first).paths
    }

    private func prefixes(_ paths: AcceptedPaths, _ peer: String) -> [String]? {
        IPAddress(peer).flatMap { paths.prefixes[$0] }.map { $0.map(\.description) }
    }

    @Test func pathsGatherByPeer() throws {
        let paths = try read([
            [
                path(range, from: "192.168.2.9"), path(range, from: "192.168.2.1"), path(block, from: "192.168.2.1"),
            ]
        ])
        #expect(paths.vrf == "common:calico" && paths.family == .ipv4 && paths.count == 3)
        #expect(prefixes(paths, "192.168.2.1") == [range, block])
        #expect(prefixes(paths, "192.168.2.9") == [range])
    }

    @Test func pathsUnderTheirRouteAndOverlappingPagesCountOnce() throws {
        let route = Answers.object(
            "bgpRoute", [("dn", APICPathsTests.name(block)), ("pfx", block)],
            children: [path(block, from: "192.168.2.1", isNested: true)])
        let paths = try read([[route], [path(range, from: "192.168.2.1")], [route]])
        #expect(prefixes(paths, "192.168.2.1") == [range, block])
    }

    @Test func whatOtherLeavesTellAndWhatIsGoneIsNobodys() throws {
        let paths = try read([
            [
                path(block, from: "10.0.32.66", type: "internal"), path(range, from: "192.168.2.1", state: "staled"),
                path(range, from: "192.168.2.9", state: "deleted"), path(range, from: "192.168.2.17", state: "history"),
                path(block, from: "0.0.0.0", type: "redistribute"),
            ]
        ])
        #expect(paths.prefixes.count == 1)
        #expect(prefixes(paths, "192.168.2.1") == [range])
    }

    @Test func aPathWithoutItsPeerIsSaid() {
        var paths = APICPaths()
        let parsed = paths.add(Answers.answer([path(block, from: nil), path(range, from: "192.168.2.1")]))
        #expect(parsed.diagnostics.contains { $0.message.contains("without its peer") })
        #expect(paths.tables().first?.paths.count == 1)
    }

    @Test func aQueryForPathsIsKnown() {
        #expect(APICQuery(command: "GET /api/node/class/topology/pod-1/node-203/bgpRoute.json")?.isPaths == true)
        let flat = "GET /api/node/mo/\(Answers.domain).json?query-target=subtree&target-subtree-class=bgpPath"
        #expect(APICQuery(command: flat)?.isPaths == true)
        #expect(APICQuery(command: "GET /api/class/bgpPeerEntry.json")?.isPaths == false)
    }
}
