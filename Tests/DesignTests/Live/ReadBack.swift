import Correlation
import Design
import Fabric
import Formats
import Foundation
import Testing
import Yams

/// What a fabric and a cluster would tell after the generated configuration was applied: the YAML read by Yams and the
/// Calico parsers, the JSON by Foundation and the configuration's reader.
enum ReadBack {
    static func snapshot(of layout: FabricLayout) throws -> Snapshot {
        var snapshot = Snapshot(inventory: layout.inventory, at: Date(timeIntervalSince1970: 1_800_000_000))
        let from = Provenance(source: .kubernetes, command: "kubectl get", at: snapshot.at)
        try readCluster(CalicoConfiguration(layout).yaml, into: &snapshot.cluster, from)
        for index in snapshot.cluster.nodes?.value.indices ?? 0..<0 {
            guard layout.variant.rules.hasDynamicNeighbors else { break }
            let name = snapshot.cluster.nodes?.value[index].name
            let rack = layout.inventory.nodes.first { $0.name == name }?.rack
            snapshot.cluster.nodes?.value[index].labels = [IntendedPeers.rackLabel: rack ?? ""]
        }
        snapshot.cluster.services = Observed([], from)
        let (configuration, problems) = ConfigurationTree.read(try tree(APICConfigurationPosts(layout).json))
        #expect(problems == [])
        var complete = configuration
        complete.lagModes = Dictionary(layout.nodes.map { ($0.path, "active") }, uniquingKeysWith: { a, _ in a })
        snapshot.configuration = Observed(complete, Provenance(source: .apic, command: "GET", at: snapshot.at))
        addSessions(layout, to: &snapshot)
        return snapshot
    }

    // MARK: Calico

    private static func readCluster(_ yaml: String, into cluster: inout ClusterState, _ from: Provenance) throws {
        let documents = try Array(Yams.load_all(yaml: yaml)).compactMap { $0 as? [String: Any] }
        func json(_ kind: String) throws -> [UInt8] {
            let items = documents.filter { $0["kind"] as? String == kind }
            return Array(try JSONSerialization.data(withJSONObject: ["kind": "\(kind)List", "items": items]))
        }
        cluster.nodes = Observed(Calico.nodes(try json("Node")).value, from)
        cluster.peers = Observed(Calico.peers(try json("BGPPeer")).value, from)
        cluster.bgpConfiguration = Observed(Calico.bgpConfiguration(try json("BGPConfiguration")).value, from)
        cluster.pools = Observed(Calico.pools(try json("IPPool")).value, from)
    }

    // MARK: APIC

    /// The tree that the posts make: an object posted again below the same DN adds its children.
    static func tree(_ json: String) throws -> [ManagedObject] {
        let posts = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        var roots: [ManagedObject] = []
        for post in posts {
            let object = try object(try #require(post["body"]))
            let dn = try #require(object["dn"])
            // The outer L3Out of transit routing stands there before.
            if let end = dn.firstRange(of: "/instP-") ?? dn.firstRange(of: "/prof-"), object.className != "l3extOut" {
                let outer = String(dn[..<end.lowerBound])
                if !roots.contains(where: { $0["dn"] == outer }) {
                    let name = outer.split(separator: "/").last.map { String($0.dropFirst(4)) } ?? ""
                    roots.append(ManagedObject("l3extOut", ["dn": outer, "name": name]))
                }
            }
            let parent = roots.firstIndex { dn.hasPrefix(($0["dn"] ?? "") + "/") }
            if let parent {
                insert(object, dn, into: &roots[parent])
            } else if let same = roots.firstIndex(where: { $0["dn"] == dn }) {
                roots[same].children += object.children
            } else {
                roots.append(object)
            }
        }
        return roots
    }

    private static func object(_ any: Any) throws -> ManagedObject {
        let pair = try #require((any as? [String: Any])?.first)
        let body = try #require(pair.value as? [String: Any])
        let attributes = try #require(body["attributes"] as? [String: String])
        let children = try (body["children"] as? [Any] ?? []).map(object)
        return ManagedObject(pair.key, attributes, children)
    }

    private static func insert(_ object: ManagedObject, _ dn: String, into parent: inout ManagedObject) {
        if let same = parent.children.firstIndex(where: { $0["dn"] == dn }) {
            parent.children[same].children += object.children
        } else if let next = parent.children.firstIndex(where: { dn.hasPrefix(($0["dn"] ?? "none") + "/") }) {
            insert(object, dn, into: &parent.children[next])
        } else {
            parent.children.append(object)
        }
    }

    // MARK: Sessions

    /// What leaves and nodes tell once every session is up: the fabric's AS, hold time, routes that flow one way only.
    private static func addSessions(_ layout: FabricLayout, to snapshot: inout Snapshot) {
        for rack in layout.racks {
            for leaf in rack.leaves {
                let source = SourceID.leaf(leaf.id)
                let from = Provenance(source: source, command: "show ip bgp summary", at: snapshot.at)
                let summary = LeafSummary(
                    node: leaf.id.number, nodeName: leaf.name, vrf: "\(layout.tenant):\(layout.vrf)",
                    family: "ipv4 unicast", localAS: layout.fabricAS,
                    peers: rack.nodes.map { node in
                        LeafPeer(
                            neighbor: node.address, asn: node.asn, asPrinted: node.asn.description,
                            messagesReceived: 9, messagesSent: 9, tableVersion: 9, inQueue: 0, outQueue: 0,
                            upDown: "02:00:00", age: .seconds(7200), state: .established, prefixesReceived: 2,
                            stateOrPrefixes: "2")
                    })
                var state = LeafState(summaries: Observed([summary], from))
                state.gracefulRestart = Observed(
                    Dictionary(rack.nodes.map { ($0.address, true) }, uniquingKeysWith: { a, _ in a }), from)
                snapshot.leaves[leaf.id] = state
            }
            for node in rack.nodes {
                let from = Provenance(source: .node(node.name), command: "birdcl show protocols all", at: snapshot.at)
                let peers = node.leafAddresses.map { address in
                    NodePeer(
                        address: address, kind: .node, protocolState: "up", state: .established, info: "Established",
                        since: "08:00:00", imported: layout.variant.rules.sendsRoutesToNodes ? 2 : 0, holdTime: 3)
                }
                var state = NodeState(protocols: Observed(peers, from))
                let route = IPPrefix("0.0.0.0/0").map {
                    NodeRoute(prefix: $0, gateway: node.gateway, protocolName: "kernel1")
                }
                state.routes = Observed([route].compactMap { $0 }, from)
                snapshot.nodes[node.name] = state
            }
        }
    }

    /// The facts of an audit of a snapshot.
    static func facts(_ snapshot: Snapshot, _ layout: FabricLayout?, release: String?) -> AuditFacts {
        let picture = correlate(
            snapshot, settings: CorrelationSettings(release: release), previous: nil, now: snapshot.at)
        return AuditFacts(snapshot, picture, layout: layout, release: release, profile: .dualStack)
    }
}
