import Fabric
import Foundation
import Simulator
import Testing

/// What `calicoctl apply` takes and refuses on the simulated cluster (calico.md 3.6).
@Suite struct CalicoctlApplyTests {
    private func apply(_ json: String, _ fabric: inout SimulatedFabric) throws -> CommandReply {
        fabric.applyCalico([try JSONDecoder().decode(CalicoDocument.self, from: Data(json.utf8))])
    }

    private func get(_ words: String, _ fabric: inout SimulatedFabric) -> String {
        fabric.calicoctl(words.split(separator: " ").map(String.init)).output
    }

    @Test func aPoolIsMadeAndChangedButNeitherItsSubnetNorItsBlocks() throws {
        var fabric = SimulatedFabric(topology: .figure2)
        let pool = #"{"kind": "IPPool", "metadata": {"name": "more"}, "spec": {"cidr": "10.9.0.0/16"CHANGE}}"#
        #expect(try apply(pool.replacing("CHANGE", with: ""), &fabric).status == 0)
        #expect(get("get ippool more -o json", &fabric).contains(#""blockSize": 26"#))
        #expect(try apply(pool.replacing("CHANGE", with: #", "ipipMode": "Always""#), &fabric).status == 0)
        #expect(get("get ippool more -o json", &fabric).contains(#""ipipMode": "Always""#))
        let smaller = try apply(pool.replacing("CHANGE", with: #", "blockSize": 28"#), &fabric)
        #expect(smaller.status == 1 && smaller.errors.contains("IPPool BlockSize cannot be modified"))
        let moved = try apply(
            pool.replacing("CHANGE", with: "").replacing("10.9.0.0", with: "10.8.0.0"), &fabric)
        #expect(moved.status == 1 && moved.errors.contains("IPPool CIDR cannot be modified"))
        #expect(fabric.calicoctl(["delete", "ippool", "more"]).status == 0)
        #expect(fabric.calicoctl(["delete", "ippool", "more"]).status == 1)
    }

    /// With the version that was read, a peer that was changed since is not replaced (calico.md 3.6).
    @Test func aPeerThatWasChangedMeanwhileIsNotReplaced() throws {
        var fabric = SimulatedFabric(topology: .figure2)
        func document(_ asn: Int, _ version: String = "") -> String {
            let meta = #"{"name": "more"\#(version.isEmpty ? "" : #", "resourceVersion": "\#(version)""#)}"#
            return #"{"kind": "BGPPeer", "metadata": \#(meta), "spec": {"peerIP": "10.0.0.9", "asNumber": \#(asn)}}"#
        }
        func version() throws -> String {
            let text = get("get bgppeer more -o json", &fabric)
            return String(try #require(text.firstMatch(of: /"resourceVersion": "(\d+)"/)).1)
        }
        #expect(try apply(document(1), &fabric).status == 0)
        let first = try version()
        #expect(try apply(document(2, first), &fabric).status == 0)
        let refused = try apply(document(3, first), &fabric)
        #expect(refused.status == 1 && refused.errors.contains("update conflict: BGPPeer(more)"))
        #expect(try apply(document(3, try version()), &fabric).status == 0)
    }

    @Test func aNodeIsGivenItsAddress() throws {
        var fabric = SimulatedFabric(topology: .figure2)
        let node = #"""
            {"kind": "Node", "metadata": {"name": "calico-node-1"},
             "spec": {"bgp": {"asNumber": 64502, "ipv4Address": "ADDRESS"}}}
            """#
        #expect(try apply(node.replacing("ADDRESS", with: "10.0.0.7/24"), &fabric).status == 0)
        #expect(get("get node calico-node-1 -o json", &fabric).contains(#""ipv4Address": "10.0.0.7/24""#))
        let wrong = try apply(node.replacing("ADDRESS", with: "10.0.0.999/24"), &fabric)
        #expect(wrong.status == 1 && wrong.errors.contains("IPv4Address"))
    }

    @Test func aNodesOwnSettingsShowInItsRoutesAndSessions() throws {
        var fabric = SimulatedFabric(topology: .figure2)
        let node = NodeName("calico-node-1")
        fabric.setDefaultGateway(IPAddress("192.168.2.12"), of: node)
        let routes = fabric.run("birdcl -r show route for 8.8.8.8", on: .node(node)).output
        #expect(routes.contains("via 192.168.2.12 on eth0"))
        fabric.setGracefulRestart(false, of: node)
        fabric.advance(to: .seconds(30))
        let peers = fabric.picture().leaves.flatMap(\.vrfs).flatMap(\.peers)
        #expect(peers.filter { !$0.hasGracefulRestart }.map(\.address.description) == ["192.168.2.9", "192.168.2.9"])
    }
}
